import type { Bucket, Counters } from "./metrics.ts";

/** Counters by address of pod. A pod that did not answer is not in it. */
export type Sample = ReadonlyMap<string, Counters>;

/** What came of a colour's requests between two samples. */
export interface Tally {
  readonly requests: number;
  readonly failed: number;
  /** 95 % of them took at most so many milliseconds; undefined without requests. */
  readonly milliseconds: number | undefined;
}

const NOTHING: Counters = { requests: 0, failed: 0, buckets: [] };
const SLOW_SHARE = 0.95;

/** Requests from one sample to a later one. A pod that only the later one has was made in between. */
export function tally(from: Sample, to: Sample): Tally {
  let requests = 0;
  let failed = 0;
  const buckets = new Map<number, number>();
  for (const [address, now] of to) {
    const then = from.get(address) ?? NOTHING;
    requests += now.requests - then.requests;
    failed += now.failed - then.failed;
    for (const [index, { seconds, requests: count }] of now.buckets.entries()) {
      const since = count - (then.buckets[index]?.requests ?? 0);
      buckets.set(seconds, (buckets.get(seconds) ?? 0) + since);
    }
  }
  const sorted = [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([seconds, count]) => ({ seconds, requests: count }));
  return { requests, failed, milliseconds: quantile(sorted, SLOW_SHARE) };
}

/**
 * In milliseconds; inside a bucket requests count as evenly spread, as in Prometheus' `histogram_quantile`. Beyond the last finite
 * bucket it is that bucket's bound.
 */
function quantile(buckets: readonly Bucket[], share: number): number | undefined {
  const total = buckets.at(-1)?.requests ?? 0;
  if (total <= 0) return undefined;
  const rank = share * total;
  let below = { seconds: 0, requests: 0 };
  for (const bucket of buckets) {
    if (bucket.requests >= rank) {
      if (bucket.seconds === Number.POSITIVE_INFINITY) return below.seconds * 1000;
      const inside = (rank - below.requests) / (bucket.requests - below.requests);
      return (below.seconds + inside * (bucket.seconds - below.seconds)) * 1000;
    }
    below = bucket;
  }
  return below.seconds * 1000;
}
