import type { Values } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { objectAt, withoutValue } from "./json.ts";
import { isBuiltIn, type Kind } from "./kinds.ts";
import { isValueObject } from "./values.ts";

/**
 * Metadata that the API server alone sets, and that comes along with `kubectl get -o yaml`. The official provider drops
 * all but `selfLink`, which the API server itself throws away. `ownerReferences` and `finalizers` are the program's.
 * Source: pulumi-kubernetes, provider/pkg/provider/provider.go, `normalizeInputs`.
 */
export const SERVER_METADATA: readonly string[] = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/** Written by `kubectl apply`; for a Secret it holds the data in clear. */
export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * A program's inputs without what only the API server writes. The status of a built-in kind goes too: the SDK leaves it
 * out, and the API server passes it over. A custom kind keeps its own, as in the official provider. A Secret loses what
 * `kubectl apply` remembers of it; elsewhere that is an annotation like any other.
 */
export function withoutServerFields(inputs: Values, kind: Kind): Values {
  const metadata = inputs["metadata"];
  const kept = isBuiltIn(kind.apiVersion) ? omit(inputs, ["status"]) : inputs;
  if (!isValueObject(metadata)) {
    return kept;
  }
  const written = omit(metadata, SERVER_METADATA);
  const annotations = written["annotations"];
  const isSecret = kind.apiVersion === "v1" && kind.kind === "Secret";
  return {
    ...kept,
    metadata:
      isSecret && isValueObject(annotations)
        ? { ...written, annotations: omit(annotations, [LAST_APPLIED]) }
        : written,
  };
}

/** The live object without the API server's bookkeeping and without what `kubectl apply` remembers of it. */
export function withoutBookkeeping(live: JsonObject): JsonObject {
  const known = withoutValue(live, ["metadata", "managedFields"]);
  return objectAt(withoutValue(known, ["metadata", "annotations", LAST_APPLIED]));
}

/** The entries of other names. */
export function omit<V>(
  object: Readonly<Record<string, V>>,
  names: readonly string[],
): Readonly<Record<string, V>> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
