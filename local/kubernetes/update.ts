import { ProviderError, type Call, type Values } from "../provider/provider.ts";
import { asProviderError } from "./api-error.ts";
import { apply, isForced } from "./apply.ts";
import { formatId } from "./identity.ts";
import { leaveIgnoredAlone } from "./ignored-fields.ts";
import { kindOf } from "./kinds.ts";
import { addressed, manifestOf } from "./manifest.ts";
import { outputsOf, plannedUpdate } from "./outputs.ts";
import { locate, managerOf, type OldResource, type Session } from "./session.ts";
import { settle } from "./settle.ts";
import { known } from "./values.ts";

/** Applies the new inputs and waits until the object is ready again; a preview has the API server do it dry. */
export async function update(
  session: Session,
  call: Call,
  old: OldResource,
  news: Values,
  ignoreChanges: readonly string[],
  preview: boolean,
): Promise<{ outputs: Values }> {
  const manager = managerOf(call, old.outputs);
  const { object: wanted, unknown } = known(news);
  const kind = kindOf(call.type);
  try {
    const served = await session.cluster.served(kind);
    const { cluster } = session;
    if (preview && (unknown.length > 0 || served === undefined)) {
      return { outputs: plannedUpdate(old.outputs, news) };
    }
    if (served === undefined) {
      throw new ProviderError(
        "FAILED_PRECONDITION",
        `the cluster does not serve ${kind.apiVersion} ${kind.kind}`,
      );
    }
    const name = locate(session, served, old.id);
    const live = await cluster.get(served, name);
    if (live === undefined) {
      throw new ProviderError(
        "NOT_FOUND",
        `${call.name} was not updated: ${kind.kind} ${formatId(name)} is gone from the cluster; run pulumi refresh`,
      );
    }
    const manifest = addressed(leaveIgnoredAlone(manifestOf(wanted), live, ignoreChanges, manager), name);
    const force = isForced(manifest, session.settings);
    const object = await apply(cluster, served, name, manifest, { manager, force, dryRun: preview });
    if (preview) {
      return { outputs: outputsOf(object, manager) };
    }
    const applied = { kind: served, name, manifest, inputs: news, manager, object };
    return { outputs: await settle(cluster, call, applied) };
  } catch (error) {
    throw asProviderError(`${call.name} was not updated`, error);
  }
}
