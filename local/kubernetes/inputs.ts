import { UNKNOWN, type Failure, type Value, type Values } from "../provider/provider.ts";
import { AUTONAMED } from "./identity.ts";
import type { Kind } from "./kinds.ts";
import { withoutServerFields } from "./server-fields.ts";
import { isValueObject, mapOf } from "./values.ts";

export interface Completion {
  readonly kind: Kind;
  /** The name for an object that was given none and has no old one; not called when it is not needed. */
  readonly autoname: () => Promise<string>;
  /** The namespace for an object that was given none; undefined for kinds without one. */
  readonly namespace: string | undefined;
}

/**
 * The program's inputs without what only the API server writes, and with what the official provider fills in:
 * `apiVersion`, `kind`, the autoname (an old one is kept) with its annotation, and the namespace. Under server-side apply it sets no `managed-by` label either: the
 * field manager says whose the object is.
 */
export async function completeInputs(
  olds: Values | undefined,
  given: Values,
  completion: Completion,
): Promise<{ inputs: Values; failures: readonly Failure[] }> {
  const failures = checkHeader(given, completion.kind);
  const news = withoutServerFields(given, completion.kind);
  const inputs = { ...news, ...completion.kind };
  const metadata = news["metadata"] ?? {};
  if (metadata === UNKNOWN || !isValueObject(metadata)) {
    if (metadata !== UNKNOWN) {
      failures.push({ property: "metadata", reason: "is not an object: write { name: …, labels: … }" });
    }
    return { inputs, failures };
  }
  if (isGiven(metadata["generateName"])) {
    failures.push({
      property: "metadata.generateName",
      reason:
        "is not supported with server-side apply: leave it out to be given a name, or write metadata.name",
    });
  }
  const named = await withName(mapOf(olds?.["metadata"]), metadata, completion.autoname);
  return {
    inputs: { ...inputs, metadata: withNamespace(named, completion.namespace) },
    failures,
  };
}

function checkHeader(news: Values, kind: Kind): Failure[] {
  return (["apiVersion", "kind"] as const).flatMap((key) => {
    const value = news[key];
    return !isGiven(value) || value === UNKNOWN || value === kind[key]
      ? []
      : [{ property: key, reason: `is ${JSON.stringify(value)}: this resource's type is ${kind[key]}` }];
  });
}

async function withName(old: Values, metadata: Values, autoname: () => Promise<string>): Promise<Values> {
  if (isGiven(metadata["name"])) {
    return metadata;
  }
  const annotations = metadata["annotations"] ?? {};
  if (annotations === UNKNOWN) {
    // Whether an old name was an autoname must stay readable: name it, and leave the annotation to the update.
    return { ...metadata, name: await oldOrNew(old, autoname) };
  }
  return {
    ...metadata,
    name: await oldOrNew(old, autoname),
    annotations: { ...mapOf(annotations), [AUTONAMED]: "true" },
  };
}

async function oldOrNew(old: Values, autoname: () => Promise<string>): Promise<Value> {
  const oldName = old["name"];
  const wasAutonamed = mapOf(old["annotations"])[AUTONAMED] === "true";
  return wasAutonamed && typeof oldName === "string" ? oldName : await autoname();
}

function withNamespace(metadata: Values, namespace: string | undefined): Values {
  return namespace === undefined || isGiven(metadata["namespace"]) ? metadata : { ...metadata, namespace };
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== "";
}
