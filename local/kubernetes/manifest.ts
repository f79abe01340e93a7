import type { Json, JsonObject } from "../region/protocol.ts";
import type { ObjectName } from "./identity.ts";
import { isObject, objectAt, withoutValue, withValue } from "./json.ts";

/**
 * The object as it is sent and stored: a Secret's `stringData` becomes `data`. The API server would do the same, but
 * then it records who owns `stringData`, which is not stored, and a key that leaves the program would stay in the
 * cluster.
 */
export function manifestOf(inputs: JsonObject): JsonObject {
  if (inputs["apiVersion"] !== "v1" || inputs["kind"] !== "Secret" || !isObject(inputs["stringData"])) {
    return inputs;
  }
  const { stringData, ...manifest } = inputs;
  const encoded = Object.entries(objectAt(stringData)).map(([key, value]): [string, Json] => [
    key,
    typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value,
  ]);
  return { ...manifest, data: { ...objectAt(inputs, "data"), ...Object.fromEntries(encoded) } };
}

/** The manifest with the namespace it is sent to: a custom kind's scope is known only when the cluster serves it. */
export function addressed(manifest: JsonObject, { namespace }: ObjectName): JsonObject {
  const path = ["metadata", "namespace"];
  return objectAt(
    namespace === undefined ? withoutValue(manifest, path) : withValue(manifest, path, namespace),
  );
}
