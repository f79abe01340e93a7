import type { Call, DiffResult, Values } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { ApiError, asProviderError } from "./api-error.ts";
import { apply } from "./apply.ts";
import { lookNow } from "./await/ready.ts";
import type { ServedKind } from "./cluster.ts";
import {
  changedInputs,
  toDiffResult,
  withDeletionOrder,
  withoutNormalized,
  type Comparison,
} from "./diff.ts";
import { annotation, type ObjectName } from "./identity.ts";
import { leaveIgnoredAlone } from "./ignored-fields.ts";
import { kindOf } from "./kinds.ts";
import { addressed, manifestOf } from "./manifest.ts";
import { recordedIn } from "./outputs.ts";
import { defaultNamespaceOf, locate, managerOf, type OldResource, type Session } from "./session.ts";
import { known } from "./values.ts";

const REPLACE_UNREADY = "pulumi.com/replaceUnready";

/** What the program changed, told apart from what the API server merely writes differently by a dry run. */
export async function diff(
  session: Session,
  call: Call,
  old: OldResource,
  news: Values,
  ignoreChanges: readonly string[],
): Promise<DiffResult> {
  const kind = kindOf(call.type);
  try {
    const served = await session.cluster.served(kind);
    const comparison: Comparison = {
      kind,
      oldInputs: old.inputs,
      news,
      ignoreChanges,
      defaultNamespace: defaultNamespaceOf(session, served),
    };
    let changes = changedInputs(comparison);
    if (served !== undefined && Object.keys(changes).length > 0 && known(news).unknown.length === 0) {
      const applied = await dryRun(session, call, served, old, news, ignoreChanges);
      changes =
        applied === undefined ? changes : withoutNormalized(changes, recordedIn(old.outputs).object, applied);
    }
    const result = toDiffResult(comparison, changes, session.settings);
    if (served !== undefined && (await mustReplaceUnready(session, served, old, news))) {
      const path = `metadata.annotations["${REPLACE_UNREADY}"]`;
      return withDeletionOrder(
        { ...result, detailed: { ...result.detailed, [path]: "update-replace" } },
        comparison,
      );
    }
    return result;
  } catch (error) {
    throw asProviderError(`${call.name} could not be compared`, error);
  }
}

/** Undefined when the API server refuses (an immutable field: the object is replaced then) or has no such object. */
async function dryRun(
  session: Session,
  call: Call,
  kind: ServedKind,
  old: OldResource,
  news: Values,
  ignoreChanges: readonly string[],
): Promise<JsonObject | undefined> {
  const { cluster } = session;
  const name = locate(session, kind, old.id);
  const live = await cluster.get(kind, name);
  if (live === undefined) {
    return undefined;
  }
  const manager = managerOf(call, old.outputs);
  const manifest = leaveIgnoredAlone(renamed(news, name), live, ignoreChanges, manager);
  try {
    return await apply(cluster, kind, name, addressed(manifest, name), {
      manager,
      force: true,
      dryRun: true,
    });
  } catch (error) {
    if (error instanceof ApiError) {
      return undefined;
    }
    throw error;
  }
}

/** A changed name is a change in any case; the dry run is of the object that is there. */
function renamed(news: Values, { name }: ObjectName): JsonObject {
  const manifest = manifestOf(known(news).object);
  return { ...manifest, metadata: { ...(manifest["metadata"] as JsonObject), name } };
}

/** A Job that asks for it is replaced while it has not completed. Source: the official provider's `replaceUnready`. */
async function mustReplaceUnready(
  session: Session,
  kind: ServedKind,
  old: OldResource,
  news: Values,
): Promise<boolean> {
  if (kind.kind !== "Job" || annotation(known(news).object, REPLACE_UNREADY) !== "true") {
    return false;
  }
  const live = await session.cluster.get(kind, locate(session, kind, old.id));
  if (live === undefined) {
    return false;
  }
  const seen = await lookNow(session.cluster, kind, live);
  return seen !== undefined && !seen.done;
}
