import { PartialFailure, type Call, type Values } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { waitUntilReady } from "./await/ready.ts";
import { WaitFailure } from "./await/wait.ts";
import type { Cluster, ServedKind } from "./cluster.ts";
import { annotation, describe, formatId, type ObjectName } from "./identity.ts";
import { outputsOf } from "./outputs.ts";

/** Default for creates, updates and deletes, as in the official provider. */
const DEFAULT_TIMEOUT_SECONDS = 600;

/** `customTimeouts`, then the annotation `pulumi.com/timeoutSeconds`, then ten minutes. */
export function timeoutSeconds(call: Call, manifest: JsonObject): number {
  if (call.timeout > 0) {
    return call.timeout;
  }
  const annotated = Number(annotation(manifest, "pulumi.com/timeoutSeconds"));
  return annotated > 0 ? annotated : DEFAULT_TIMEOUT_SECONDS;
}

export function isWaitSkipped(manifest: JsonObject): boolean {
  return annotation(manifest, "pulumi.com/skipAwait") === "true";
}

export interface Applied {
  readonly kind: ServedKind;
  readonly name: ObjectName;
  readonly manifest: JsonObject;
  readonly inputs: Values;
  readonly manager: string;
  /** The object as the API server answered the write. */
  readonly object: JsonObject;
}

/**
 * Waits until what was applied is ready, and answers with its outputs. Rejects with `PartialFailure` when it does
 * not get ready: the object is there, and the engine keeps it.
 */
export async function settle(cluster: Cluster, call: Call, applied: Applied): Promise<Values> {
  const { kind, name, manifest, manager } = applied;
  if (isWaitSkipped(manifest)) {
    return outputsOf(applied.object, manager);
  }
  try {
    const last = await waitUntilReady(cluster, kind, name, applied.object, {
      timeoutSeconds: timeoutSeconds(call, manifest),
      signal: call.signal,
      progress: call.progress,
    });
    return outputsOf((await cluster.get(kind, name)) ?? last, manager);
  } catch (error) {
    const live = await cluster.get(kind, name).catch(() => undefined);
    const reasons =
      error instanceof WaitFailure ? error.reasons : [error instanceof Error ? error.message : String(error)];
    throw new PartialFailure(formatId(name), outputsOf(live ?? applied.object, manager), applied.inputs, [
      `${describe(applied.object)} is in the cluster but not ready`,
      ...reasons,
    ]);
  }
}
