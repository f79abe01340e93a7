import type { Json, JsonObject } from "../../region/protocol.ts";
import { at, listAt, numberAt, textAt } from "../json.ts";
import { condition, explain, isObserved, isTrue } from "./conditions.ts";
import type { Look } from "./wait.ts";

/**
 * Ready when the controller has rolled the current template out: available, and the newest ReplicaSet is the only
 * one that serves. Failed when the controller itself has given up on it (`progressDeadlineSeconds`), where the official
 * provider waits until its time is up. A paused one is not rolled out by anyone and is not waited for.
 */
export function lookAtDeployment(live: JsonObject): Look {
  if (at(live, "spec", "paused") === true) {
    return { done: true };
  }
  const wanted = numberAt(live, "spec", "replicas") ?? 1;
  const updated = numberAt(live, "status", "updatedReplicas") ?? 0;
  const available = numberAt(live, "status", "availableReplicas") ?? 0;
  const total = numberAt(live, "status", "replicas") ?? 0;
  const progressing = condition(live, "Progressing");
  if (!isObserved(live)) {
    return { done: false, message: "the Deployment controller has not seen it yet" };
  }
  if (textAt(progressing, "reason") === "ProgressDeadlineExceeded" && !isOutdated(live, progressing)) {
    return { done: false, message: "failed", failed: [explain(progressing), ...replicaFailure(live)] };
  }
  const rolledOut =
    isTrue(live, "Available") &&
    textAt(progressing, "reason") === "NewReplicaSetAvailable" &&
    updated >= wanted &&
    available >= wanted &&
    total <= updated;
  if (rolledOut) {
    return { done: true };
  }
  const counts = `${String(Math.min(updated, available))} of ${String(wanted)} pods available`;
  const old = total > updated ? `, ${String(total - updated)} old to go` : "";
  return { done: false, message: [`${counts}${old}`, ...replicaFailure(live)].join("; ") };
}

/**
 * True for a condition from before the object was last written: the controller leaves `ProgressDeadlineExceeded` of the
 * roll-out before where it is, although it has seen the new generation, until a pod of the new one gets on. Both times
 * are the cluster's own, to the second.
 */
function isOutdated(live: JsonObject, found: Json | undefined): boolean {
  const written = listAt(live, "metadata", "managedFields")
    .filter((entry) => textAt(entry, "subresource") === undefined)
    .map((entry) => Date.parse(textAt(entry, "time") ?? ""));
  return Date.parse(textAt(found, "lastUpdateTime") ?? "") <= Math.max(...written);
}

/** Pods that cannot even be made: a quota, pod security, a missing service account. */
function replicaFailure(live: JsonObject): readonly string[] {
  return isTrue(live, "ReplicaFailure") ? [explain(condition(live, "ReplicaFailure"))] : [];
}
