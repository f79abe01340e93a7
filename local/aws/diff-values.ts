import { asAsset } from "../provider/asset.ts";
import { formatPath, type PropertyPath } from "../provider/property-path.ts";
import type { DiffKind, Value } from "../provider/provider.ts";
import { Secret, UNKNOWN } from "../provider/provider.ts";
import { canonicalDocument, type DocumentKind } from "./documents.ts";

/** How values are compared, by their paths without indices. */
export interface Comparison {
  /** Whether a list is a set: its order is then no change. */
  isSet(path: string): boolean;
  /** What kind of document a text is; undefined for one that is compared letter by letter. */
  documentKind(path: string): DocumentKind | undefined;
}

/** JSON with sorted keys and sorted sets: two values are the same when their texts are. */
function canonical(value: Value | undefined, path: string, by: Comparison): string {
  if (value === UNKNOWN) return "unknown";
  if (value instanceof Secret) return canonical(value.value, path, by);
  if (Array.isArray(value)) {
    const items = (value as readonly Value[]).map((item) => canonical(item, path, by));
    return `[${(by.isSet(path) ? items.sort() : items).join(",")}]`;
  }
  // Old values come without their contents: the hash says whether they are the same.
  const asset = asAsset(value);
  if (asset) return `${asset.kind}:${asset.hash}`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value as Readonly<Record<string, Value>>)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item, `${path}.${key}`, by)}`);
    return `{${members.sort().join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** Documents are the same when they mean the same, however they are written. */
function sameDocument(
  kind: DocumentKind | undefined,
  old: Value | undefined,
  now: Value | undefined,
): boolean {
  const [before, after] = [old, now].map((value) => (value instanceof Secret ? value.value : value));
  if (kind === undefined || typeof before !== "string" || typeof after !== "string") return false;
  const canonicalOld = canonicalDocument(before, kind);
  return canonicalOld !== undefined && canonicalOld === canonicalDocument(after, kind);
}

export function sameValue(
  old: Value | undefined,
  now: Value | undefined,
  path: string,
  by: Comparison,
): boolean {
  if (old === UNKNOWN || now === UNKNOWN) return false;
  return (
    canonical(old, path, by) === canonical(now, path, by) || sameDocument(by.documentKind(path), old, now)
  );
}

function members(value: Value | undefined): Readonly<Record<string, Value>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Secret)
    return undefined;
  if (asAsset(value)) return undefined;
  return value as Readonly<Record<string, Value>>;
}

/** A path without its indices, as sets and replacing inputs are named. */
export function plainPath(path: PropertyPath): string {
  return path.filter((segment) => typeof segment === "string").join(".");
}

export interface Change {
  readonly path: PropertyPath;
  readonly kind: DiffKind;
}

/** The leaves that differ. A list that is a set is one leaf. */
export function changedLeaves(
  old: Value | undefined,
  now: Value | undefined,
  path: PropertyPath,
  by: Comparison,
): readonly Change[] {
  const plain = plainPath(path);
  const isAbsent = (value: Value | undefined): boolean => value === undefined || value === null;
  if (sameValue(old, now, plain, by)) return [];
  // A block that comes or goes is told by its leaves: only some of them may replace the resource.
  const before = isAbsent(old) ? {} : members(old);
  const after = isAbsent(now) ? {} : members(now);
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  if (before && after && keys.size > 0) {
    return [...keys].flatMap((key) => changedLeaves(before[key], after[key], [...path, key], by));
  }
  if (Array.isArray(old) && Array.isArray(now) && !by.isSet(plain)) {
    return Array.from({ length: Math.max(old.length, now.length) }, (_, index) =>
      changedLeaves(old[index] as Value, now[index] as Value, [...path, index], by),
    ).flat();
  }
  if (isAbsent(old)) return [{ path, kind: "add" }];
  return [{ path, kind: isAbsent(now) ? "delete" : "update" }];
}

/** As the engine shows them: property path → kind. */
export function detailed(changes: readonly Change[]): Record<string, DiffKind> {
  return Object.fromEntries(changes.map(({ path, kind }) => [formatPath(path), kind]));
}
