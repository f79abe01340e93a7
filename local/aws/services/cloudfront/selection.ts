/** Which headers, cookies and query strings a policy takes: the same blocks in cache and origin request policies. */
import type { Failure } from "../../../provider/provider.ts";
import type { Rule } from "../../model.ts";
import { placesAt } from "../../nested.ts";

/** Names of headers, cookies and query strings; nothing that a header or a query could not hold. */
function checkNames(path: string, names: unknown): Failure[] {
  const pattern =
    path.startsWith("headersConfig") || path.includes(".headersConfig") ? /^[\w-]+$/ : /^[^\s;,&="]+$/;
  if (!Array.isArray(names)) return [];
  return (names as readonly unknown[]).flatMap((name, index) =>
    typeof name !== "string" || pattern.test(name)
      ? []
      : [{ property: `${path}[${index}]`, reason: `must be a name, got "${name}"` }],
  );
}

/** Behaviours that name their items, and those that must not. */
function checkSelection(
  inputs: Readonly<Record<string, unknown>>,
  [block, behaviour, items]: readonly [string, string, string],
  allowed: readonly string[],
): Failure[] {
  const [place] = placesAt(inputs, `${block}.${behaviour}`);
  if (typeof place?.value !== "string") return [];
  if (!allowed.includes(place.value)) {
    return [
      { property: place.property, reason: `must be one of ${allowed.join(", ")}, got "${place.value}"` },
    ];
  }
  const named = placesAt(inputs, `${block}.${items}.items`)[0]?.value;
  const wanted = /^(whitelist|allExcept|allViewerAndWhitelistCloudFront)$/.test(place.value);
  const wrong = checkNames(`${block}.${items}.items`, named);
  if (wrong.length > 0) return wrong;
  const count = Array.isArray(named) ? named.length : named === undefined ? 0 : 1;
  if (wanted === count > 0) return [];
  return [
    {
      property: `${block}.${items}`,
      reason: wanted
        ? `needs items when ${behaviour} is "${place.value}"`
        : `must be left out when ${behaviour} is "${place.value}"`,
    },
  ];
}

/** `prefix` is the block that holds the three, with a dot behind, or nothing. */
export function selections(prefix: string, headers: readonly string[], source: string): Rule {
  const most = ["none", "whitelist", "allExcept", "all"];
  return {
    source,
    check: (inputs) => [
      ...checkSelection(inputs, [`${prefix}headersConfig`, "headerBehavior", "headers"], headers),
      ...checkSelection(inputs, [`${prefix}cookiesConfig`, "cookieBehavior", "cookies"], most),
      ...checkSelection(inputs, [`${prefix}queryStringsConfig`, "queryStringBehavior", "queryStrings"], most),
    ],
  };
}

/** Paths of the lists that are sets. */
export function selectionSets(prefix: string): readonly string[] {
  return ["headersConfig.headers", "cookiesConfig.cookies", "queryStringsConfig.queryStrings"].map(
    (block) => `${prefix}${block}.items`,
  );
}
