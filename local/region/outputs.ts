import type { Json, JsonObject, StoredResource } from "./protocol.ts";

/** Every input is an output too; what the service computes wins over it. */
export function outputsAfterCreate(inputs: JsonObject, computed: Readonly<Record<string, Json>>): JsonObject {
  return { ...inputs, ...computed };
}

/**
 * What was computed stays, an input that was taken out goes, and new inputs and what the service computes anew win.
 */
export function outputsAfterUpdate(
  previous: StoredResource,
  inputs: JsonObject,
  computed: Readonly<Record<string, Json>> | undefined,
): JsonObject {
  const kept = Object.entries(previous.outputs).filter(
    ([key]) => !Object.hasOwn(previous.inputs, key) || Object.hasOwn(inputs, key),
  );
  return { ...Object.fromEntries(kept), ...inputs, ...computed };
}
