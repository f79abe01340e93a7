import { nearestName } from "../aws/nearest.ts";

const MOST = 5;

/** Tokens that hold the last word that was given (`Instance` of `aws:rds:Instance`), or else the one most like it. */
export function closeMatches(given: string, tokens: readonly string[]): readonly string[] {
  const word = /[^:/.]*$/.exec(given.trim())?.[0].toLowerCase() ?? "";
  const holding = tokens.filter((token) => word.length > 1 && token.toLowerCase().includes(word));
  const nearest = nearestName(given, holding.length > 0 ? holding : tokens);
  return [...new Set([...(nearest === undefined ? [] : [nearest]), ...holding])].slice(0, MOST);
}
