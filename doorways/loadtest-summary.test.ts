import { breaches, regressions, rows, table, type Summary } from "./loadtest-summary.ts";

const times = (p95: number, thresholds = {}) => ({
  type: "trend",
  values: { med: p95 / 2, "p(95)": p95, "p(99)": p95 * 2 },
  thresholds,
});
const failed = (passes: number, fails: number) => ({
  type: "rate",
  // k6 counts a request that failed as one that passed the question "failed?".
  values: { rate: passes / (passes + fails), passes, fails },
});

const summary = (p95: number, more: Summary["metrics"] = {}): Summary => ({
  state: { testRunDurationMs: 1000 },
  metrics: {
    "http_req_duration{route:GET /}": times(p95),
    "http_req_failed{route:GET /}": failed(1, 199),
    http_req_duration: times(p95),
    http_req_failed: failed(1, 399),
    ...more,
  },
});

it("has a row a route, by its path, and one of all", () => {
  expect(rows(summary(80))).toEqual([
    { route: "GET /", requests: 200, failedPercent: 0.5, p50: 40, p95: 80, p99: 160 },
    { route: "all", requests: 400, failedPercent: 0.25, p50: 40, p95: 80, p99: 160 },
  ]);
});

it("shows them in columns, and a dash where k6 kept nothing", () => {
  expect(
    table([{ route: "GET /", requests: 200, failedPercent: 0.5, p50: 1.25, p95: 2, p99: undefined }]),
  ).toBe(
    [
      "route  requests  failed %  p50 ms  p95 ms  p99 ms",
      "GET /       200     0.500     1.3     2.0       –",
      "",
    ].join("\n"),
  );
});

it("names the thresholds that did not hold, and no other", () => {
  const limits = { "p(95)<100": { ok: true }, "p(99)<150": { ok: false } };
  expect(breaches(summary(80, { "http_req_duration{route:GET /}": times(80, limits) }))).toEqual([
    "http_req_duration{route:GET /}: p(99)<150",
  ]);
  expect(breaches(summary(80))).toEqual([]);
});

it.each<[string, number, number, readonly string[]]>([
  [
    "slower by a fifth and 10 ms",
    100,
    121,
    ["GET /: p95 121.0 ms, was 100.0 ms", "all: p95 121.0 ms, was 100.0 ms"],
  ],
  ["slower by a fifth", 100, 120, []],
  ["much slower, by few ms", 5, 14, []],
  ["faster", 100, 50, []],
])("tells a regression from noise: %s", (_what, before, now, expected) => {
  expect(regressions(summary(now), summary(before))).toEqual(expected);
});

it("compares no route that only one of them has", () => {
  const other = summary(300, { "http_req_duration{route:GET /new}": times(300) });
  expect(regressions(other, summary(290))).toEqual([]);
});
