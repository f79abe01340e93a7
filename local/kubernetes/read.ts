import { PartialFailure, type Call, type Values } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { asProviderError } from "./api-error.ts";
import { lookOnRead } from "./await/ready.ts";
import type { Cluster, ServedKind } from "./cluster.ts";
import { driftedInputs } from "./drift.ts";
import { describe, formatId } from "./identity.ts";
import { kindOf } from "./kinds.ts";
import { importedInputs, outputsOf, recordedIn, withSecrets } from "./outputs.ts";
import { withoutBookkeeping } from "./server-fields.ts";
import { locate, managerOf, type Session } from "./session.ts";
import { isWaitSkipped } from "./settle.ts";
import { known, valuesOf } from "./values.ts";

/**
 * The live object, or undefined when it is gone. Without inputs it is an import or a `.get()`: they are made from the
 * object, ready or not. Else rejects with `PartialFailure` when it is not ready, as the official provider does: a refresh
 * would otherwise forget that an update failed or was interrupted while it waited, and the next would not wait again.
 */
export async function read(
  session: Session,
  call: Call,
  id: string,
  inputs: Values,
  outputs: Values,
): Promise<{ id: string; inputs: Values; outputs: Values } | undefined> {
  const { cluster } = session;
  try {
    const kind = await cluster.served(kindOf(call.type));
    if (kind === undefined) {
      return undefined;
    }
    const name = locate(session, kind, id);
    const live = await cluster.get(kind, name);
    if (live === undefined) {
      return undefined;
    }
    const written = known(inputs).object;
    const isNew = Object.keys(written).length === 0;
    const readInputs = isNew
      ? importedInputs(live)
      : withSecrets(valuesOf(driftedInputs(written, recordedIn(outputs).object, withoutBookkeeping(live))));
    const found = {
      id: formatId(name),
      inputs: readInputs,
      outputs: outputsOf(live, managerOf(call, outputs)),
    };
    const reasons = isNew || isWaitSkipped(live) ? [] : await unready(cluster, kind, live);
    if (reasons.length > 0) {
      throw new PartialFailure(found.id, found.outputs, found.inputs, reasons);
    }
    return found;
  } catch (error) {
    throw asProviderError(`${call.name} could not be read`, error);
  }
}

/** Why it is not ready, by one look; empty when it is. */
async function unready(cluster: Cluster, kind: ServedKind, live: JsonObject): Promise<readonly string[]> {
  const seen = await lookOnRead(cluster, kind, live);
  if (seen === undefined || seen.done) {
    return [];
  }
  return [`${describe(live)} is in the cluster but not ready`, ...(seen.failed ?? [seen.message])];
}
