import { asAsset } from "../provider/asset.ts";
import { formatPath, type PropertyPath } from "../provider/property-path.ts";
import type { Failure, Value } from "../provider/provider.ts";
import { Secret, UNKNOWN } from "../provider/provider.ts";
import { nearestName } from "./nearest.ts";
import type { Members, Shape } from "./shapes.ts";

function describe(value: Value): string {
  if (value === null) return "null";
  if (value instanceof Secret) return "a secret";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return `the ${typeof value} ${JSON.stringify(value)}`;
}

function expected(shape: Shape): string {
  if (shape === "document") return "JSON text or an object";
  if (shape === "asset") return "an asset or an archive";
  if (shape === "block") return "an object";
  if (typeof shape === "string") return `a ${shape}`;
  if ("list" in shape) return "a list";
  return "map" in shape ? "a map" : "an object";
}

function record(value: Value): Readonly<Record<string, Value>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Secret)
    return undefined;
  return value as Readonly<Record<string, Value>>;
}

/** Checks a value, however deep, against the SDK's declaration of it. What is unknown in a preview passes. */
export function checkShape(value: Value, shape: Shape, path: PropertyPath, sensitive: boolean): Failure[] {
  if (value === UNKNOWN) return [];
  const wrong = (): Failure[] => [
    {
      property: formatPath(path),
      reason: `must be ${expected(shape)}, got ${sensitive ? "something else" : describe(value)}`,
    },
  ];
  if (shape === "document") return typeof value === "string" || record(value) ? [] : wrong();
  if (shape === "asset") return asAsset(value) ? [] : wrong();
  if (shape === "block") return record(value) ? [] : wrong();
  if (typeof shape === "string") return typeof value === shape ? [] : wrong();
  if ("list" in shape) {
    if (!Array.isArray(value)) return wrong();
    return (value as readonly Value[]).flatMap((item, index) =>
      checkShape(item, shape.list, [...path, index], sensitive),
    );
  }
  const members = record(value);
  if (members === undefined) return wrong();
  if ("map" in shape) {
    return Object.entries(members).flatMap(([key, item]) =>
      checkShape(item, shape.map, [...path, key], sensitive),
    );
  }
  return checkMembers(members, shape.object, path, sensitive);
}

function checkMembers(
  values: Readonly<Record<string, Value>>,
  members: Members,
  path: PropertyPath,
  sensitive: boolean,
): Failure[] {
  const failures: Failure[] = [];
  for (const [key, value] of Object.entries(values)) {
    const member = members[key];
    if (member === undefined)
      failures.push(unknownProperty(formatPath([...path, key]), key, Object.keys(members)));
    else if (value !== null) failures.push(...checkShape(value, member.shape, [...path, key], sensitive));
  }
  for (const [key, member] of Object.entries(members)) {
    if (member.required && (values[key] === undefined || values[key] === null)) {
      failures.push({ property: formatPath([...path, key]), reason: "is required; it was not given" });
    }
  }
  return failures;
}

/** One failure for a property nobody knows, with the name that was most likely meant. */
export function unknownProperty(path: string, key: string, valid: readonly string[]): Failure {
  const nearest = nearestName(key, valid);
  const hint = nearest === undefined ? "it takes no properties" : `did you mean "${nearest}"?`;
  return { property: path, reason: `unknown property "${key}"; ${hint}` };
}
