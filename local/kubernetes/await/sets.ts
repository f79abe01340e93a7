import type { JsonObject } from "../../region/protocol.ts";
import { numberAt, textAt } from "../json.ts";
import { isObserved } from "./conditions.ts";
import type { Look } from "./wait.ts";

/** Ready when every pod runs the current template and is ready; with `OnDelete` the template is not waited for. */
export function lookAtStatefulSet(live: JsonObject): Look {
  const wanted = numberAt(live, "spec", "replicas") ?? 1;
  const partition = numberAt(live, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  const byHand = textAt(live, "spec", "updateStrategy", "type") === "OnDelete";
  const updated = byHand ? wanted : (numberAt(live, "status", "updatedReplicas") ?? 0);
  const ready = numberAt(live, "status", "readyReplicas") ?? 0;
  if (isObserved(live) && ready >= wanted && updated >= Math.max(wanted - partition, 0)) {
    return { done: true };
  }
  return {
    done: false,
    message: `${String(ready)} of ${String(wanted)} pods ready, ${String(updated)} up to date`,
  };
}

/** Ready when every node that should run it has it, up to date and available. */
export function lookAtDaemonSet(live: JsonObject): Look {
  const wanted = numberAt(live, "status", "desiredNumberScheduled") ?? 0;
  const byHand = textAt(live, "spec", "updateStrategy", "type") === "OnDelete";
  const updated = byHand ? wanted : (numberAt(live, "status", "updatedNumberScheduled") ?? 0);
  const available = numberAt(live, "status", "numberAvailable") ?? 0;
  if (isObserved(live) && available >= wanted && updated >= wanted) {
    return { done: true };
  }
  return { done: false, message: `${String(available)} of ${String(wanted)} nodes run it` };
}

/** Ready when as many pods as asked for are available, of whatever template. */
export function lookAtReplicationController(live: JsonObject): Look {
  const wanted = numberAt(live, "spec", "replicas") ?? 1;
  const available = numberAt(live, "status", "availableReplicas") ?? 0;
  return isObserved(live) && available === wanted
    ? { done: true }
    : { done: false, message: `${String(available)} of ${String(wanted)} pods available` };
}
