import type { Selection, Selections } from "./site.ts";

const folded = (names: readonly string[]): readonly string[] => [
  ...new Map(names.map((name) => [name.toLowerCase(), name])).values(),
];
const has = (names: readonly string[], name: string): boolean =>
  names.some((other) => other.toLowerCase() === name.toLowerCase());

/** What either of two selections takes. */
export function union(one: Selection, other: Selection): Selection {
  if (one.take === "none") return other;
  if (other.take === "none") return one;
  if (one.take === "all" || other.take === "all") return { take: "all" };
  if (one.take === "only" && other.take === "only") {
    return { take: "only", names: folded([...one.names, ...other.names]) };
  }
  if (one.take === "except" && other.take === "except") {
    return except(one.names.filter((name) => has(other.names, name)));
  }
  const [left, named] = one.take === "except" ? [one, other] : [other, one];
  return except(left.names.filter((name) => !("names" in named && has(named.names, name))));
}

function except(names: readonly string[]): Selection {
  return names.length === 0 ? { take: "all" } : { take: "except", names };
}

/** The cache key is part of every origin request, whatever the origin request policy says. */
export function unionOf(key: Selections | undefined, policy: Selections): Selections {
  if (key === undefined) return policy;
  return {
    headers: union(key.headers, policy.headers),
    cookies: union(key.cookies, policy.cookies),
    query: union(key.query, policy.query),
  };
}

export function takes(selection: Selection, name: string): boolean {
  switch (selection.take) {
    case "none":
      return false;
    case "all":
      return true;
    case "only":
      return has(selection.names, name);
    case "except":
      return !has(selection.names, name);
  }
}
