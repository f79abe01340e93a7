import type { Failure } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { ApiError } from "./api-error.ts";
import type { Cluster, ServedKind } from "./cluster.ts";
import { propertyOf } from "./field-path.ts";
import { textAt, withValue } from "./json.ts";

/** What the API server says of an object it is not asked to keep. */
export interface Verdict {
  readonly failures: readonly Failure[];
  /** What could not be checked and why, in plain words; undefined: all was. */
  readonly unchecked?: string;
}

/** A namespace every cluster has, for checking an object whose own is only planned. */
const STAND_IN_NAMESPACE = "default";

/**
 * Has the API server decode, default and validate an object as a new one, without keeping it. Immutable fields are
 * no matter then: what must be replaced is checked as what it will be. That the object is there already is no failure.
 *
 * @param exists the resource is in the state: what only a second object would run into (quotas, taken addresses)
 *   is passed over.
 * @param incomplete some values are not known: only what is written wrongly counts, not what is missing.
 */
export async function validate(
  cluster: Cluster,
  kind: ServedKind,
  manifest: JsonObject,
  { exists, incomplete }: { readonly exists: boolean; readonly incomplete: boolean },
): Promise<Verdict> {
  const namespace = textAt(manifest, "metadata", "namespace");
  const partly = incomplete ? "values that are not known yet" : undefined;
  const body = withPlaceholderName(manifest);
  const error = await dryRun(cluster, kind, namespace, body);
  if (kind.namespaced && namespace !== undefined && isMissingNamespace(error, namespace)) {
    const moved = withValue(body, ["metadata", "namespace"], STAND_IN_NAMESPACE) as JsonObject;
    const verdict = judge(await dryRun(cluster, kind, STAND_IN_NAMESPACE, moved), { exists, incomplete });
    return {
      ...verdict,
      unchecked: `the namespace "${namespace}" is only planned: checked the schema alone${
        partly === undefined ? "" : `, without ${partly}`
      }`,
    };
  }
  const verdict = judge(error, { exists, incomplete });
  return partly === undefined || verdict.unchecked !== undefined
    ? verdict
    : { ...verdict, unchecked: `checked the schema alone, without ${partly}` };
}

async function dryRun(
  cluster: Cluster,
  kind: ServedKind,
  namespace: string | undefined,
  body: JsonObject,
): Promise<ApiError | undefined> {
  try {
    await cluster.create(kind, namespace, { query: { dryRun: "All", fieldValidation: "Strict" }, body });
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status !== 401) {
      return error;
    }
    throw error;
  }
}

function withPlaceholderName(manifest: JsonObject): JsonObject {
  return textAt(manifest, "metadata", "name") === undefined
    ? (withValue(manifest, ["metadata", "name"], "name-not-known-yet") as JsonObject)
    : manifest;
}

/** Gone, or on its way out to be replaced. */
function isMissingNamespace(error: ApiError | undefined, namespace: string): boolean {
  return (
    (error?.status === 404 && error.message.includes(`namespaces "${namespace}" not found`)) ||
    (error?.status === 403 && error.message.includes("being terminated"))
  );
}

function judge(
  error: ApiError | undefined,
  { exists, incomplete }: { readonly exists: boolean; readonly incomplete: boolean },
): Verdict {
  if (error === undefined || error.status === 409) {
    return { failures: [] };
  }
  if (error.status === 400) {
    return { failures: decodingFailures(error.message) };
  }
  if (error.status === 422) {
    return { failures: incomplete ? [] : invalidFields(error, exists) };
  }
  if (error.status === 403) {
    return {
      failures: exists ? [] : [{ property: "", reason: `is refused by the cluster: ${error.message}` }],
    };
  }
  return { failures: [], unchecked: `the cluster could not check it: ${error.message}` };
}

function invalidFields(error: ApiError, exists: boolean): readonly Failure[] {
  const causes = error.causes.filter((cause) => !(exists && cause.message.includes("already allocated")));
  if (error.causes.length === 0) {
    return [{ property: "", reason: error.message }];
  }
  return causes.map((cause) => ({ property: propertyOf(cause.field), reason: cause.message }));
}

/** Reads `strict decoding error: unknown field "spec.replcas", …` and Go's messages on a wrong type. */
export function decodingFailures(message: string): readonly Failure[] {
  const strict = [...message.matchAll(/(unknown|duplicate) field "([^"]+)"/g)].map(([, what, field]) => ({
    property: propertyOf(field ?? ""),
    reason:
      what === "unknown"
        ? "is not a field of this kind: check its spelling and where it belongs"
        : "is written twice: leave one out",
  }));
  if (strict.length > 0) {
    return strict;
  }
  const typed = /cannot unmarshal (\w+) into Go struct field [A-Za-z0-9]+\.(\S+) of type (\S+)/.exec(message);
  const [, given, field, wanted] = typed ?? [];
  if (given !== undefined && field !== undefined && wanted !== undefined) {
    return [{ property: propertyOf(field), reason: `is a ${given}: write a value of type ${wanted}` }];
  }
  return [{ property: "", reason: message }];
}
