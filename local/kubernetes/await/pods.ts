import type { Json, JsonObject } from "../../region/protocol.ts";
import type { Cluster, ServedKind } from "../cluster.ts";
import { isObject, listAt, numberAt, objectAt, textAt } from "../json.ts";
import { condition } from "./conditions.ts";

const PODS: ServedKind = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true };
const EVENTS: ServedKind = { apiVersion: "v1", kind: "Event", plural: "events", namespaced: true };
const MOST_REASONS = 5;

/** Why pods of a workload do not run, most telling first: container states, scheduling, probes, warnings. */
export async function podTroubles(cluster: Cluster, workload: JsonObject): Promise<readonly string[]> {
  const pods = await podsOf(cluster, workload);
  const troubles = pods.flatMap((pod) => troublesOf(pod).map((trouble) => `pod ${nameOf(pod)}: ${trouble}`));
  return [...new Set(troubles)].slice(0, MOST_REASONS);
}

/** The pods its selector matches; none for a workload without one. */
export async function podsOf(cluster: Cluster, workload: JsonObject): Promise<readonly JsonObject[]> {
  const labelSelector = selectorText(workload);
  return labelSelector === undefined
    ? []
    : await cluster.list(PODS, textAt(workload, "metadata", "namespace"), { labelSelector });
}

/** What is wrong with one pod by its status; empty when nothing is, or it has finished. */
export function troublesOf(pod: JsonObject): readonly string[] {
  if (textAt(pod, "status", "phase") === "Succeeded") {
    return [];
  }
  const containers = [
    ...listAt(pod, "status", "initContainerStatuses"),
    ...listAt(pod, "status", "containerStatuses"),
  ];
  const troubles = containers.flatMap((status) => containerTrouble(status) ?? []);
  const scheduled = condition(pod, "PodScheduled");
  if (textAt(scheduled, "status") === "False") {
    troubles.push(`is not scheduled: ${textAt(scheduled, "message") ?? textAt(scheduled, "reason") ?? ""}`);
  }
  if (troubles.length > 0) {
    return troubles;
  }
  const reason = textAt(pod, "status", "reason");
  if (textAt(pod, "status", "phase") === "Failed") {
    return [`failed${reason === undefined ? "" : ` (${reason})`}: ${textAt(pod, "status", "message") ?? ""}`];
  }
  const ready = condition(pod, "Ready");
  return textAt(ready, "status") === "False" && textAt(ready, "reason") !== "ContainersNotInitialized"
    ? [`is not ready: ${textAt(ready, "message") ?? textAt(ready, "reason") ?? ""}`]
    : [];
}

/** ImagePullBackOff, CrashLoopBackOff with the last exit, a failed exit; undefined for a container that starts or runs. */
function containerTrouble(status: Json): string | undefined {
  const container = textAt(status, "name") ?? "";
  const waiting = objectAt(status, "state", "waiting");
  const reason = textAt(waiting, "reason");
  if (reason !== undefined && reason !== "ContainerCreating" && reason !== "PodInitializing") {
    const message = textAt(waiting, "message");
    const last = exitOf(objectAt(status, "lastState", "terminated"));
    return `container ${container} ${[reason, message, last].filter((part) => part !== undefined).join(": ")}`;
  }
  const exit = exitOf(objectAt(status, "state", "terminated"));
  return exit === undefined ? undefined : `container ${container} ${exit}`;
}

function exitOf(terminated: JsonObject): string | undefined {
  const code = numberAt(terminated, "exitCode");
  if (code === undefined || code === 0) {
    return undefined;
  }
  const details = [textAt(terminated, "reason"), textAt(terminated, "message")?.trim()];
  return [
    `exited with code ${String(code)}`,
    ...details.filter((part) => part !== undefined && part !== ""),
  ].join(": ");
}

/** The latest warnings about an object, newest last; events are kept for an hour by default. */
export async function warnings(cluster: Cluster, object: JsonObject): Promise<readonly string[]> {
  const uid = textAt(object, "metadata", "uid");
  const namespace = textAt(object, "metadata", "namespace");
  if (uid === undefined || namespace === undefined) {
    return [];
  }
  const query = { fieldSelector: `involvedObject.uid=${uid},type=Warning` };
  const events = await cluster.list(EVENTS, namespace, query);
  return [
    ...new Set(events.map((event) => `${textAt(event, "reason") ?? ""}: ${textAt(event, "message") ?? ""}`)),
  ].slice(-MOST_REASONS);
}

/** `spec.selector` of a workload as a query: labels and expressions. */
export function selectorText(workload: JsonObject): string | undefined {
  const labels = Object.keys(objectAt(workload, "spec", "selector", "matchLabels")).map(
    (key) => `${key}=${textAt(workload, "spec", "selector", "matchLabels", key) ?? ""}`,
  );
  const expressions = listAt(workload, "spec", "selector", "matchExpressions")
    .filter(isObject)
    .map((expression) => {
      const key = textAt(expression, "key") ?? "";
      const values = listAt(expression, "values")
        .filter((value) => typeof value === "string")
        .join(",");
      switch (textAt(expression, "operator")) {
        case "In":
          return `${key} in (${values})`;
        case "NotIn":
          return `${key} notin (${values})`;
        case "DoesNotExist":
          return `!${key}`;
        default:
          return key;
      }
    });
  const all = [...labels, ...expressions];
  return all.length === 0 ? undefined : all.join(",");
}

function nameOf(object: JsonObject): string {
  return textAt(object, "metadata", "name") ?? "";
}
