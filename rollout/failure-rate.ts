import type { Limits } from "./record.ts";

/**
 * Whether more requests failed than may. One alone never is: among a hundred it would be the whole percent, and says as much of the
 * network as of the release.
 */
export function failTooOften(
  requests: number,
  failed: number,
  { errorPercent, minSamples }: Pick<Limits, "errorPercent" | "minSamples">,
): boolean {
  return requests >= minSamples && failed > 1 && (100 * failed) / requests > errorPercent;
}
