import { parsePath, type PropertyPath as Path } from "../provider/property-path.ts";
import type { JsonObject } from "../region/protocol.ts";
import { at, withoutValue, withValue } from "./json.ts";
import { ownersOf } from "./managed-fields.ts";

/**
 * The manifest as it may be applied where `ignoreChanges` leaves fields alone. A field that others own alone (the
 * replicas an autoscaler set) is left out: applying it would take it over. A field that is ours is sent as it is in
 * the cluster: leaving it out would give it up, and the API server would set it to its default.
 */
export function leaveIgnoredAlone(
  manifest: JsonObject,
  live: JsonObject,
  ignoreChanges: readonly string[],
  manager: string,
): JsonObject {
  let result = manifest;
  for (const path of ignoreChanges.map(parsePath).flatMap((pattern) => expand(pattern, manifest))) {
    const { ours, others } = ownersOf(live, path, manager);
    const current = at(live, ...path);
    if (others && !ours) {
      result = withoutValue(result, path) as JsonObject;
    } else if (current !== undefined) {
      result = withValue(result, path, current) as JsonObject;
    }
  }
  return result;
}

/** The paths of the manifest that a pattern with `*` stands for. */
function expand(pattern: Path, manifest: JsonObject): readonly Path[] {
  let paths: readonly Path[] = [[]];
  for (const step of pattern) {
    paths = paths.flatMap((path) => {
      if (step !== "*") {
        return [[...path, step]];
      }
      const holder = at(manifest, ...path) ?? {};
      return Array.isArray(holder)
        ? holder.map((_, index) => [...path, index])
        : Object.keys(holder).map((key) => [...path, key]);
    });
  }
  return paths;
}
