import type { Call, Values } from "../provider/provider.ts";
import { asProviderError } from "./api-error.ts";
import { driftedInputs } from "./drift.ts";
import { parseId } from "./identity.ts";
import { kindOf } from "./kinds.ts";
import { importedInputs, outputsOf, recordedIn, withSecrets } from "./outputs.ts";
import { managerOf, type Session } from "./session.ts";
import { known, valuesOf } from "./values.ts";

/** The live object, or undefined when it is gone. Without inputs it is an import: they are made from the object. */
export async function read(
  session: Session,
  call: Call,
  id: string,
  inputs: Values,
  outputs: Values,
): Promise<{ id: string; inputs: Values; outputs: Values } | undefined> {
  const { cluster } = session;
  const { namespace = session.defaultNamespace, name } = parseId(id);
  try {
    const kind = await cluster.served(kindOf(call.type));
    const live = kind === undefined ? undefined : await cluster.get(kind, { namespace, name });
    if (live === undefined) {
      return undefined;
    }
    const written = known(inputs).object;
    const readInputs =
      Object.keys(written).length === 0
        ? importedInputs(live)
        : withSecrets(valuesOf(driftedInputs(written, recordedIn(outputs).object, live)));
    return { id, inputs: readInputs, outputs: outputsOf(live, managerOf(call, outputs)) };
  } catch (error) {
    throw asProviderError(`${call.name} could not be read`, error);
  }
}
