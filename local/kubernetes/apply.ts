import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject } from "../region/protocol.ts";
import { isNotFound } from "./api-error.ts";
import type { Cluster, ServedKind } from "./cluster.ts";
import { annotation, type ObjectName } from "./identity.ts";
import type { Kind } from "./kinds.ts";

export interface ApplyOptions {
  readonly manager: string;
  /** Take over fields that other managers own; default: their ownership is a conflict. */
  readonly force: boolean;
  readonly dryRun?: boolean;
}

/** Server-side apply with strict field validation. Rejects with `ApiError` or `Unreachable`. */
export async function apply(
  cluster: Cluster,
  kind: ServedKind,
  name: ObjectName,
  manifest: JsonObject,
  options: ApplyOptions,
): Promise<JsonObject> {
  return await cluster.patch(kind, name, {
    query: {
      fieldManager: options.manager,
      fieldValidation: "Strict",
      force: String(options.force),
      ...(options.dryRun === true ? { dryRun: "All" } : {}),
    },
    body: manifest,
    contentType: "application/apply-patch+yaml",
  });
}

/** Conflicts are forced only where the program says so, as in the official provider. */
export function isForced(manifest: JsonObject, settings: { readonly enablePatchForce: boolean }): boolean {
  return settings.enablePatchForce || annotation(manifest, "pulumi.com/patchForce") === "true";
}

/** How long what a program makes side by side (a namespace, a definition) may take to appear. */
const APPEARS_WITHIN_MS = 15_000;
const RETRY_MS = 250;

/** The kind once the cluster serves it; undefined when it does not within 15 s. */
export async function servedSoon(
  cluster: Cluster,
  kind: Kind,
  signal: AbortSignal,
  progress: (message: string) => void,
): Promise<ServedKind | undefined> {
  const deadline = Date.now() + APPEARS_WITHIN_MS;
  for (;;) {
    const served = await cluster.served(kind);
    if (served !== undefined || Date.now() > deadline) {
      return served;
    }
    progress(`waits for the cluster to serve ${kind.apiVersion} ${kind.kind}`);
    await delay(RETRY_MS, undefined, { signal });
  }
}

/** Repeats a write that is answered with 404 for up to 15 s: its namespace may just be on its way. */
export async function onceThere<T>(
  write: () => Promise<T>,
  signal: AbortSignal,
  progress: (message: string) => void,
): Promise<T> {
  const deadline = Date.now() + APPEARS_WITHIN_MS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isNotFound(error) || Date.now() > deadline) {
        throw error;
      }
      progress(`waits: ${error instanceof Error ? error.message : String(error)}`);
      await delay(RETRY_MS, undefined, { signal });
    }
  }
}
