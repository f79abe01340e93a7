import { isDeepStrictEqual } from "node:util";
import type { PropertyPath as Path } from "../provider/property-path.ts";
import type { Json, JsonObject } from "../region/protocol.ts";

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value at a path, or undefined where the path leads nowhere. */
export function at(value: Json | undefined, ...path: Path): Json | undefined {
  let current = value;
  for (const step of path) {
    if (isList(current) && typeof step === "number") {
      current = current[step];
    } else if (isObject(current) && typeof step === "string") {
      current = current[step];
    } else {
      return undefined;
    }
  }
  return current;
}

export function textAt(value: Json | undefined, ...path: Path): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

export function numberAt(value: Json | undefined, ...path: Path): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

export function objectAt(value: Json | undefined, ...path: Path): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

export function listAt(value: Json | undefined, ...path: Path): readonly Json[] {
  const found = at(value, ...path);
  return isList(found) ? found : [];
}

export function equal(left: Json | undefined, right: Json | undefined): boolean {
  return isDeepStrictEqual(left, right);
}

/** A copy with the value set at the path; missing objects on the way are made, lists are not. */
export function withValue(value: Json, path: Path, replacement: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) {
    return replacement;
  }
  if (typeof step === "number") {
    const list = isList(value) ? [...value] : [];
    const element = list[step];
    if (element !== undefined) {
      list[step] = withValue(element, rest, replacement);
    }
    return list;
  }
  const object = isObject(value) ? value : {};
  return { ...object, [step]: withValue(object[step] ?? {}, rest, replacement) };
}

/** A copy without what is at the path. A list element is left where it is: indices are positions of others. */
export function withoutValue(value: Json, path: Path): Json {
  const [step, ...rest] = path;
  if (step === undefined || at(value, step) === undefined) {
    return value;
  }
  if (isList(value) && typeof step === "number") {
    return rest.length === 0
      ? value
      : value.map((element, index) => (index === step ? withoutValue(element, rest) : element));
  }
  if (!isObject(value) || typeof step !== "string") {
    return value;
  }
  if (rest.length > 0) {
    return { ...value, [step]: withoutValue(value[step] ?? null, rest) };
  }
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== step));
}
