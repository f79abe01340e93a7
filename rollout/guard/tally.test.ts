import type { Counters } from "./metrics.ts";
import { tally } from "./tally.ts";

/** So many requests below 10 ms, up to 100 ms, and beyond. */
const counters = (fast: number, slow: number, beyond: number, failed = 0): Counters => ({
  requests: fast + slow + beyond,
  failed,
  buckets: [
    { seconds: 0.01, requests: fast },
    { seconds: 0.1, requests: fast + slow },
    { seconds: Number.POSITIVE_INFINITY, requests: fast + slow + beyond },
  ],
});
const sample = (pods: Record<string, Counters>) => new Map(Object.entries(pods));

it("counts what came since, over all pods, and all of a pod that is new", () => {
  const from = sample({ a: counters(100, 0, 0, 5) });
  const to = sample({ a: counters(110, 0, 0, 6), b: counters(10, 0, 0, 1) });
  expect(tally(from, to)).toMatchObject({ requests: 20, failed: 2 });
});

it("leaves out a pod that does not answer any more", () => {
  const from = sample({ a: counters(100, 0, 0), b: counters(100, 0, 0) });
  expect(tally(from, sample({ a: counters(101, 0, 0) }))).toMatchObject({ requests: 1, failed: 0 });
});

it("says what 95 of 100 requests take, from the buckets", () => {
  const since = (now: Counters) => tally(new Map(), sample({ a: now })).milliseconds;
  expect(since(counters(100, 0, 0))).toBeCloseTo(9.5);
  expect(since(counters(90, 10, 0))).toBeCloseTo(55);
  // Beyond the last bound nothing is known but the bound.
  expect(since(counters(0, 0, 100))).toBe(100);
  expect(since(counters(0, 0, 0))).toBeUndefined();
});
