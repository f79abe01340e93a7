import type { JsonObject, Json } from "../region/protocol.ts";
import { Secret, UNKNOWN, type Value, type Values } from "../provider/provider.ts";
import { formatPath, type PropertyPath as Path } from "../provider/property-path.ts";

/** What is known of some values, and where something is not. */
export interface Known {
  /** Without unknowns, nulls and secret wrappers; an unknown list element is left out. */
  readonly object: JsonObject;
  /** Property paths whose value is known only after the update. */
  readonly unknown: readonly string[];
}

/** Null counts as absent, as in the official provider: Kubernetes would read it as "remove the default". */
export function known(values: Values): Known {
  const unknown: string[] = [];
  const object = knownObject(values, [], unknown);
  return { object, unknown };
}

function knownObject(values: { readonly [key: string]: Value }, path: Path, unknown: string[]): JsonObject {
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(values)) {
    const plain = knownValue(value, [...path, key], unknown);
    if (plain !== undefined) {
      entries.push([key, plain]);
    }
  }
  return Object.fromEntries(entries);
}

function knownValue(value: Value, path: Path, unknown: string[]): Json | undefined {
  if (value === UNKNOWN) {
    unknown.push(formatPath(path));
    return undefined;
  }
  if (value === null) {
    return undefined;
  }
  if (value instanceof Secret) {
    return knownValue(value.value, path, unknown);
  }
  if (isValueList(value)) {
    return value.flatMap((element, index) => knownValue(element, [...path, index], unknown) ?? []);
  }
  return typeof value === "object" ? knownObject(value, path, unknown) : value;
}

export function isValueList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isValueObject(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/** A map of values, or an empty one where there is none (absent, unknown or of another type). */
export function mapOf(value: Value | undefined): { readonly [key: string]: Value } {
  const bare = value instanceof Secret ? value.value : value;
  return isValueObject(bare) ? bare : {};
}

/** The value at a path, or undefined where the path leads nowhere or the value is not known on the way. */
export function valueAt(value: Value | undefined, path: Path): Value | undefined {
  const [step, ...rest] = path;
  const bare = value instanceof Secret ? value.value : value;
  if (step === undefined) {
    return bare;
  }
  return typeof bare === "object" && bare !== null && Object.hasOwn(bare, step)
    ? valueAt((bare as { readonly [key: string | number]: Value })[step], rest)
    : undefined;
}

/** JSON as values. By way of `unknown`: typescript-eslint 8.73 overflows its stack on comparing the two types. */
export function valuesOf(object: JsonObject): Values {
  const values: unknown = object;
  return values as Values;
}
