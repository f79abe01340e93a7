import { covers, formatPath, parsePath, type PathSegment, type PropertyPath } from "./property-path.ts";
import { Secret, UNKNOWN, type Value, type Values } from "./provider.ts";
import { asAsset } from "./asset.ts";

export type ChangeKind = "add" | "delete" | "update";

/**
 * What differs between two sets of properties: property path → kind, in the order of the old keys, then the new
 * ones. A record or list that is new or gone as a whole is one entry, at its own path. Null counts as absent (the
 * engine does not keep them apart), an unknown differs from every known value, assets are compared by their hash,
 * secrets by what is in them. What an `ignoreChanges` path covers is left out.
 */
export function diffValues(
  olds: Values,
  news: Values,
  ignoreChanges: readonly string[] = [],
): Readonly<Record<string, ChangeKind>> {
  const changes = new Map<string, ChangeKind>();
  const ignored = ignoreChanges.map(parsePath);
  collect(olds, news, [], (path, kind) => {
    if (!ignored.some((pattern) => covers(pattern, path))) {
      changes.set(formatPath(path), kind);
    }
  });
  return Object.fromEntries(changes);
}

/** True when there is no difference, by the rules of `diffValues`. */
export function sameValue(left: Value, right: Value): boolean {
  return Object.keys(diffValues({ value: left }, { value: right })).length === 0;
}

type Report = (path: PropertyPath, kind: ChangeKind) => void;

function collect(
  old: Value | undefined,
  now: Value | undefined,
  path: readonly PathSegment[],
  report: Report,
): void {
  const before = old instanceof Secret ? old.value : (old ?? undefined);
  const after = now instanceof Secret ? now.value : (now ?? undefined);
  if (before === after) {
    return;
  }
  if (before === undefined || after === undefined) {
    report(path, before === undefined ? "add" : "delete");
    return;
  }
  if (before === UNKNOWN || after === UNKNOWN || typeof before !== "object" || typeof after !== "object") {
    report(path, "update");
    return;
  }
  const [oldAsset, newAsset] = [asAsset(before), asAsset(after)];
  if (oldAsset !== undefined || newAsset !== undefined) {
    if (oldAsset?.kind !== newAsset?.kind || oldAsset?.hash !== newAsset?.hash) {
      report(path, "update");
    }
    return;
  }
  if (Array.isArray(before) !== Array.isArray(after)) {
    report(path, "update");
    return;
  }
  collectMembers(before as Members, after as Members, path, report);
}

type Members = { readonly [key: string | number]: Value } | readonly Value[];

function collectMembers(before: Members, after: Members, path: readonly PathSegment[], report: Report): void {
  const list = Array.isArray(before);
  const member = (of: Members, key: string): Value | undefined =>
    Object.hasOwn(of, key) ? (of as { readonly [key: string]: Value })[key] : undefined;
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    collect(member(before, key), member(after, key), [...path, list ? Number(key) : key], report);
  }
}
