import type { JsonObject } from "../../region/protocol.ts";
import { at, numberAt } from "../json.ts";
import { condition, explain, isTrue } from "./conditions.ts";
import type { Look } from "./wait.ts";

/** Ready when it has completed; failed for good once its back-off limit or deadline is over. Suspended: not waited for. */
export function lookAtJob(live: JsonObject): Look {
  if (isTrue(live, "Complete") || at(live, "spec", "suspend") === true) {
    return { done: true };
  }
  if (isTrue(live, "Failed")) {
    return { done: false, message: "failed", failed: [explain(condition(live, "Failed"))] };
  }
  const counted = (["active", "succeeded", "failed"] as const).map(
    (state) => `${String(numberAt(live, "status", state) ?? 0)} ${state}`,
  );
  return { done: false, message: `pods: ${counted.join(", ")}` };
}
