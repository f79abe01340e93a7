import type { Json, JsonObject } from "../../region/protocol.ts";
import { listAt, numberAt, textAt } from "../json.ts";

/** The condition of that type in the object's status. */
export function condition(object: JsonObject, type: string): Json | undefined {
  return listAt(object, "status", "conditions").find((each) => textAt(each, "type") === type);
}

export function isTrue(object: JsonObject, type: string): boolean {
  return textAt(condition(object, type), "status") === "True";
}

/** `Reason: message` of a condition, for people. */
export function explain(found: Json | undefined): string {
  return [textAt(found, "reason"), textAt(found, "message")].filter((part) => part !== undefined).join(": ");
}

/** True when the controller has seen the object as it is now. */
export function isObserved(object: JsonObject): boolean {
  return (
    (numberAt(object, "status", "observedGeneration") ?? 0) >=
    (numberAt(object, "metadata", "generation") ?? 0)
  );
}
