import { createHash } from "node:crypto";

import { zonesOf } from "../../zones.ts";

/**
 * What AWS names the endpoints of a group with encryption in transit and cluster mode disabled:
 * `master.<id>.<hash>.<region>.cache.amazonaws.com`, the hash being the account's in the region.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html
 */
export function endpoints(
  id: string,
  accountId: string,
  region: string,
): { readonly primary: string; readonly reader: string } {
  const hash = createHash("sha256").update(`${accountId}/${region}`).digest("hex").slice(0, 6);
  const short = zonesOf(region)[0]?.id.split("-")[0] ?? region;
  const suffix = `${id}.${hash}.${short}.cache.amazonaws.com`;
  return { primary: `master.${suffix}`, reader: `replica.${suffix}` };
}

/** `<id>-001`, `<id>-002` …, as AWS names the nodes. */
export function memberClusters(id: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${id}-${String(index + 1).padStart(3, "0")}`);
}
