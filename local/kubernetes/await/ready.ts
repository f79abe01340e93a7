import type { JsonObject } from "../../region/protocol.ts";
import type { Cluster, ServedKind } from "../cluster.ts";
import type { ObjectName } from "../identity.ts";
import { lookAtDeployment } from "./deployment.ts";
import { lookAtJob } from "./job.ts";
import { lookAtCustomResourceDefinition, lookAtPersistentVolumeClaim, lookAtPod } from "./objects.ts";
import { logTails } from "./logs.ts";
import { podTroubles, warnings } from "./pods.ts";
import { lookAtService } from "./service.ts";
import { lookAtDaemonSet, lookAtStatefulSet } from "./sets.ts";
import { waitFor, WaitFailure, type Look, type WaitOptions } from "./wait.ts";

type Looker = (live: JsonObject, cluster: Cluster) => Look | Promise<Look>;

/**
 * Kinds that are waited for. Every other kind is ready once it is stored. The official provider also waits for an
 * Ingress to get an address: no controller here would give it one, so it is not waited for.
 */
const LOOKERS: Readonly<Record<string, Looker>> = {
  "apps/v1 Deployment": lookAtDeployment,
  "apps/v1 StatefulSet": lookAtStatefulSet,
  "apps/v1 DaemonSet": lookAtDaemonSet,
  "batch/v1 Job": lookAtJob,
  "v1 Service": lookAtService,
  "v1 Pod": lookAtPod,
  "v1 PersistentVolumeClaim": lookAtPersistentVolumeClaim,
  "apiextensions.k8s.io/v1 CustomResourceDefinition": lookAtCustomResourceDefinition,
};

const WITH_PODS: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job"]);

/** One look at an object's readiness now; undefined for a kind that is ready once it is stored. */
export async function lookNow(
  cluster: Cluster,
  kind: ServedKind,
  live: JsonObject,
): Promise<Look | undefined> {
  return await LOOKERS[`${kind.apiVersion} ${kind.kind}`]?.(live, cluster);
}

/**
 * Waits until the object is ready. Rejects with `WaitFailure`, whose reasons say what a person needs: conditions,
 * what its pods wait for, the latest warnings, the end of what failed containers wrote.
 */
export async function waitUntilReady(
  cluster: Cluster,
  kind: ServedKind,
  name: ObjectName,
  options: WaitOptions,
): Promise<void> {
  let live: JsonObject | undefined;
  const look = async (): Promise<Look> => {
    live = await cluster.get(kind, name);
    if (live === undefined) {
      return { done: false, message: "it is gone", failed: ["someone deleted it while it was waited for"] };
    }
    const seen = (await lookNow(cluster, kind, live)) ?? { done: true };
    if (seen.done || seen.failed !== undefined) {
      return seen;
    }
    const troubles = WITH_PODS.has(kind.kind) ? await podTroubles(cluster, live) : [];
    return { ...seen, message: [seen.message, ...troubles].join("; ") };
  };
  try {
    await waitFor(look, options);
  } catch (error) {
    if (error instanceof WaitFailure && live !== undefined) {
      throw new WaitFailure(error.end, [...error.reasons, ...(await details(cluster, kind, live, error))]);
    }
    throw error;
  }
}

/** What is not in the reasons yet. Answers nothing when the cluster cannot be asked: the reasons stand without. */
async function details(
  cluster: Cluster,
  kind: ServedKind,
  live: JsonObject,
  failure: WaitFailure,
): Promise<readonly string[]> {
  try {
    const withPods = WITH_PODS.has(kind.kind);
    const troubles = withPods ? await podTroubles(cluster, live) : [];
    const found = [...troubles, ...(await warnings(cluster, live))];
    const logs = withPods ? await logTails(cluster, live) : [];
    return [...found.filter((reason) => !failure.message.includes(reason)), ...logs];
  } catch (error) {
    return [
      `(its pods and events could not be read: ${error instanceof Error ? error.message : String(error)})`,
    ];
  }
}
