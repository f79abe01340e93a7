import type { JsonObject } from "../../region/protocol.ts";
import type { Cluster, ServedKind } from "../cluster.ts";
import type { ObjectName } from "../identity.ts";
import { listAt, textAt } from "../json.ts";
import { waitFor, type Look, type WaitOptions } from "./wait.ts";

/**
 * Waits until the object with that uid is gone; another one under its name is not it. Rejects with `WaitFailure`,
 * which names the finalizers that hold it and, for a namespace, what is left inside.
 */
export async function waitUntilGone(
  cluster: Cluster,
  kind: ServedKind,
  name: ObjectName,
  uid: string | undefined,
  options: WaitOptions,
): Promise<void> {
  await waitFor(async (): Promise<Look> => {
    const live = await cluster.get(kind, name);
    if (live === undefined || (uid !== undefined && textAt(live, "metadata", "uid") !== uid)) {
      return { done: true };
    }
    return { done: false, message: holdUps(live) };
  }, options);
}

/** What a deletion still waits for. */
export function holdUps(live: JsonObject): string {
  const finalizers = [...listAt(live, "metadata", "finalizers"), ...listAt(live, "spec", "finalizers")].map(
    String,
  );
  const left = listAt(live, "status", "conditions")
    .filter((each) => textAt(each, "status") === "True")
    .filter((each) => /^Namespace(Content|Finalizers|Deletion)/.test(textAt(each, "type") ?? ""))
    .map((each) => textAt(each, "message") ?? "");
  const held = finalizers.length === 0 ? "" : `, held by its finalizers ${finalizers.join(", ")}`;
  return [`it is being deleted${held}`, ...left].join("; ");
}
