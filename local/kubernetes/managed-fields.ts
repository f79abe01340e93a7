import type { PropertyPath as Path } from "../provider/property-path.ts";
import type { Json, JsonObject } from "../region/protocol.ts";
import { at, equal, isObject, listAt, objectAt, textAt } from "./json.ts";

export interface Owners {
  readonly ours: boolean;
  readonly others: boolean;
}

/**
 * Whether our manager and whether others own a field of the live object, or something below it.
 * `fieldsV1` writes keys as `f:<name>`, list elements as `k:{"name":"web"}` or `v:"value"`.
 * Source: Kubernetes documentation, "Server-Side Apply", section "Field management".
 */
export function ownersOf(live: JsonObject, path: Path, manager: string): Owners {
  let ours = false;
  let others = false;
  for (const entry of listAt(live, "metadata", "managedFields")) {
    if (owns(objectAt(entry, "fieldsV1"), live, path)) {
      if (textAt(entry, "manager") === manager && textAt(entry, "operation") === "Apply") {
        ours = true;
      } else {
        others = true;
      }
    }
  }
  return { ours, others };
}

function owns(fields: JsonObject, value: Json | undefined, path: Path): boolean {
  const [step, ...rest] = path;
  if (step === undefined) {
    return true;
  }
  const element = at(value, step);
  return Object.entries(fields).some(
    ([key, below]) => names(key, step, element) && owns(objectAt(below), element, rest),
  );
}

function names(key: string, step: string | number, element: Json | undefined): boolean {
  if (typeof step === "string") {
    return key === `f:${step}`;
  }
  if (key.startsWith("k:")) {
    const keys: unknown = JSON.parse(key.slice(2));
    return isObject(keys) && Object.entries(keys).every(([name, wanted]) => equal(at(element, name), wanted));
  }
  return key.startsWith("v:") && equal(JSON.parse(key.slice(2)) as Json, element);
}
