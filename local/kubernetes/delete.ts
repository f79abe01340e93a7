import { ProviderError, type Call, type Values } from "../provider/provider.ts";
import { ApiError, asProviderError, isNotFound } from "./api-error.ts";
import { waitUntilGone } from "./await/gone.ts";
import { WaitFailure } from "./await/wait.ts";
import { annotation } from "./identity.ts";
import { textAt } from "./json.ts";
import { kindOf } from "./kinds.ts";
import { recordedIn } from "./outputs.ts";
import { locate, type Session } from "./session.ts";
import { isWaitSkipped, timeoutSeconds } from "./settle.ts";
import { known } from "./values.ts";

/** `pulumi.com/deletionPropagationPolicy` as the official provider reads it; default foreground. */
const PROPAGATION: Readonly<Record<string, string>> = {
  background: "Background",
  foreground: "Foreground",
  orphan: "Orphan",
};

/**
 * Deletes the object and waits until it and what belongs to it are gone. Gone already is success, as is another
 * object under its name: only the one the state knows (by its uid) is ever deleted.
 */
export async function deleteObject(
  session: Session,
  call: Call,
  id: string,
  oldInputs: Values,
  oldOutputs: Values,
): Promise<void> {
  const { cluster } = session;
  const inputs = known(oldInputs).object;
  const uid = textAt(recordedIn(oldOutputs).object, "metadata", "uid");
  try {
    const kind = await cluster.served(kindOf(call.type));
    if (kind === undefined) {
      return; // its definition is gone, and every object of it
    }
    const name = locate(session, kind, id);
    const policy = annotation(inputs, "pulumi.com/deletionPropagationPolicy") ?? "foreground";
    await cluster.delete(kind, name, {
      apiVersion: "v1",
      kind: "DeleteOptions",
      propagationPolicy: PROPAGATION[policy.toLowerCase()] ?? "Foreground",
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    });
    if (!isWaitSkipped(inputs)) {
      await waitUntilGone(cluster, kind, name, uid, {
        timeoutSeconds: timeoutSeconds(call, inputs),
        signal: call.signal,
        progress: call.progress,
      });
    }
  } catch (error) {
    if (isNotFound(error) || isAnother(error)) {
      return;
    }
    if (error instanceof WaitFailure) {
      throw new ProviderError("DEADLINE_EXCEEDED", `${call.name} is not deleted: ${error.message}`);
    }
    throw asProviderError(`${call.name} was not deleted`, error);
  }
}

/** The uid of the precondition is not that of the object there: what was to be deleted is gone. */
function isAnother(error: unknown): boolean {
  return (
    error instanceof ApiError && error.status === 409 && error.message.includes("UID in the precondition")
  );
}
