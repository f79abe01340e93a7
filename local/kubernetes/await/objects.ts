import type { JsonObject } from "../../region/protocol.ts";
import type { Cluster, ServedKind } from "../cluster.ts";
import { textAt } from "../json.ts";
import { condition, explain, isTrue } from "./conditions.ts";
import { troublesOf } from "./pods.ts";
import type { Look } from "./wait.ts";

/** Ready when the API server serves the kind; failed when its names are taken. */
export function lookAtCustomResourceDefinition(live: JsonObject): Look {
  if (isTrue(live, "Established")) {
    return { done: true };
  }
  const names = condition(live, "NamesAccepted");
  return textAt(names, "status") === "False"
    ? { done: false, message: "failed", failed: [explain(names)] }
    : { done: false, message: "the API server does not serve its kind yet" };
}

/** Ready when it runs and is ready, or has succeeded. */
export function lookAtPod(live: JsonObject): Look {
  const phase = textAt(live, "status", "phase") ?? "Pending";
  if (phase === "Succeeded" || isTrue(live, "Ready")) {
    return { done: true };
  }
  const message = [phase, ...troublesOf(live)].join("; ");
  return phase === "Failed" ? { done: false, message, failed: [message] } : { done: false, message };
}

/** Ready when a claim may take it, or one has. */
export function lookAtPersistentVolume(live: JsonObject): Look {
  const phase = textAt(live, "status", "phase") ?? "Pending";
  return phase === "Available" || phase === "Bound" ? { done: true } : { done: false, message: phase };
}

const STORAGE_CLASSES: ServedKind = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  plural: "storageclasses",
  namespaced: false,
};

/** Ready when bound, or when its class waits for the first pod that uses it. */
export async function lookAtPersistentVolumeClaim(live: JsonObject, cluster: Cluster): Promise<Look> {
  const phase = textAt(live, "status", "phase") ?? "Pending";
  if (phase === "Bound") {
    return { done: true };
  }
  if (phase === "Lost") {
    return { done: false, message: phase, failed: ["its volume is lost"] };
  }
  const className = textAt(live, "spec", "storageClassName");
  const storageClass =
    className === undefined || className === ""
      ? undefined
      : await cluster.get(STORAGE_CLASSES, { namespace: undefined, name: className });
  if (textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer") {
    return { done: true };
  }
  const missing =
    className !== undefined && storageClass === undefined ? `: there is no class "${className}"` : "";
  return { done: false, message: `${phase}, no volume is bound to it${missing}` };
}
