import type { JsonObject } from "../../region/protocol.ts";
import type { Cluster, ServedKind } from "../cluster.ts";
import type { ObjectName } from "../identity.ts";
import { lookAtDeployment } from "./deployment.ts";
import { lookAtJob } from "./job.ts";
import {
  lookAtCustomResourceDefinition,
  lookAtPersistentVolume,
  lookAtPersistentVolumeClaim,
  lookAtPod,
} from "./objects.ts";
import { logTails } from "./logs.ts";
import { podTroubles, warnings } from "./pods.ts";
import { lookAtService } from "./service.ts";
import { lookAtDaemonSet, lookAtReplicationController, lookAtStatefulSet } from "./sets.ts";
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
  "v1 ReplicationController": lookAtReplicationController,
  "v1 PersistentVolume": lookAtPersistentVolume,
  "v1 PersistentVolumeClaim": lookAtPersistentVolumeClaim,
  "apiextensions.k8s.io/v1 CustomResourceDefinition": lookAtCustomResourceDefinition,
};

/** Of these the official provider also judges the readiness when it reads them. */
const JUDGED_WHEN_READ: ReadonlySet<string> = new Set([
  "apps/v1 Deployment",
  "apps/v1 StatefulSet",
  "apps/v1 DaemonSet",
  "batch/v1 Job",
  "v1 Service",
  "v1 Pod",
]);

const WITH_PODS: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job"]);

/** One look at an object's readiness now; undefined for a kind that is ready once it is stored. */
export async function lookNow(
  cluster: Cluster,
  kind: ServedKind,
  live: JsonObject,
): Promise<Look | undefined> {
  return await LOOKERS[textOf(kind)]?.(live, cluster);
}

/** The same for an object that is only read; undefined for the kinds that are not judged then. */
export async function lookOnRead(
  cluster: Cluster,
  kind: ServedKind,
  live: JsonObject,
): Promise<Look | undefined> {
  return JUDGED_WHEN_READ.has(textOf(kind)) ? await lookNow(cluster, kind, live) : undefined;
}

/**
 * Waits until the object is ready, and answers with the last that was seen of it. An object that is gone by then is
 * judged by its last states: a Job may complete and be cleared away between two looks. Rejects with `WaitFailure`,
 * whose reasons say what a person needs: conditions, what its pods wait for, the latest warnings, the end of what
 * failed containers wrote.
 *
 * @param applied the object as the API server answered the write
 */
export async function waitUntilReady(
  cluster: Cluster,
  kind: ServedKind,
  name: ObjectName,
  applied: JsonObject,
  options: WaitOptions,
): Promise<JsonObject> {
  if (LOOKERS[textOf(kind)] === undefined) {
    return applied;
  }
  let last = applied;
  const look = async (): Promise<Look> => {
    const live = await cluster.get(kind, name);
    const states = live === undefined ? await cluster.statesSince(kind, name, last) : [live];
    for (const state of states) {
      last = state;
      const seen = (await lookNow(cluster, kind, state)) ?? { done: true };
      if (seen.done || seen.failed !== undefined) {
        return seen;
      }
      if (live !== undefined) {
        const troubles = WITH_PODS.has(kind.kind) ? await podTroubles(cluster, live) : [];
        return { ...seen, message: [seen.message, ...troubles].join("; ") };
      }
    }
    return { done: false, message: "it is gone", failed: ["someone deleted it while it was waited for"] };
  };
  try {
    await waitFor(look, options);
    return last;
  } catch (error) {
    if (error instanceof WaitFailure) {
      throw new WaitFailure(error.end, [...error.reasons, ...(await details(cluster, kind, last, error))]);
    }
    throw error;
  }
}

function textOf(kind: ServedKind): string {
  return `${kind.apiVersion} ${kind.kind}`;
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
