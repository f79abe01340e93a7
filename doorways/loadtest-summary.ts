/** What k6 measured, and what a person reads of it. Pure. */
import { z } from "zod";

const metric = z.object({
  type: z.string(),
  values: z.record(z.string(), z.number()),
  thresholds: z.record(z.string(), z.object({ ok: z.boolean() })).optional(),
});

/** Of the summary that k6 hands to `handleSummary`, what is looked at. */
export const summarySchema = z.object({
  state: z.object({ testRunDurationMs: z.number() }),
  metrics: z.record(z.string(), metric),
});

export type Summary = z.infer<typeof summarySchema>;

/** One route, or all of them. Times in ms; undefined where k6 kept no series of the route. */
export interface Row {
  readonly route: string;
  readonly requests: number | undefined;
  readonly failedPercent: number | undefined;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

const DURATION = "http_req_duration";
const FAILED = "http_req_failed";

const routeOf = (name: string): string | undefined => /^http_req_duration\{route:(.+)\}$/.exec(name)?.[1];

function row(summary: Summary, route: string | undefined): Row {
  const suffix = route === undefined ? "" : `{route:${route}}`;
  const times = summary.metrics[`${DURATION}${suffix}`]?.values;
  const failed = summary.metrics[`${FAILED}${suffix}`]?.values;
  const rate = failed?.["rate"];
  return {
    route: route ?? "all",
    requests: failed === undefined ? undefined : (failed["passes"] ?? 0) + (failed["fails"] ?? 0),
    failedPercent: rate === undefined ? undefined : rate * 100,
    p50: times?.["med"],
    p95: times?.["p(95)"],
    p99: times?.["p(99)"],
  };
}

/** A row a route that has a threshold of its own, by its path and method, and one for all requests: k6 keeps no order. */
export function rows(summary: Summary): readonly Row[] {
  const routes = Object.keys(summary.metrics).flatMap((name) => routeOf(name) ?? []);
  routes.sort((one, other) => byPath(one).localeCompare(byPath(other)));
  return [...routes.map((route) => row(summary, route)), row(summary, undefined)];
}

const byPath = (route: string): string => route.split(" ").reverse().join(" ");

/** Thresholds that did not hold: metric and expression. */
export function breaches(summary: Summary): readonly string[] {
  return Object.entries(summary.metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds).flatMap(([expression, { ok }]) => (ok ? [] : [`${name}: ${expression}`])),
  );
}

/** So much slower than the baseline, and by so many ms, is a regression: less than both is noise. */
const SLOWER = 1.2;
const SLOWER_MS = 10;

/** Routes that are slower than in the baseline, in words. A route that only one of the two has is none. */
export function regressions(summary: Summary, baseline: Summary): readonly string[] {
  const before = new Map(rows(baseline).map((each) => [each.route, each]));
  return rows(summary).flatMap(({ route, p95 }) => {
    const then = before.get(route)?.p95;
    if (p95 === undefined || then === undefined) return [];
    if (p95 <= then * SLOWER || p95 - then <= SLOWER_MS) return [];
    return [`${route}: p95 ${p95.toFixed(1)} ms, was ${then.toFixed(1)} ms`];
  });
}

/** The rows in columns. */
export function table(list: readonly Row[]): string {
  const number = (value: number | undefined, digits: number): string =>
    value === undefined ? "–" : value.toFixed(digits);
  const lines = [
    ["route", "requests", "failed %", "p50 ms", "p95 ms", "p99 ms"],
    ...list.map(({ route, requests, failedPercent, p50, p95, p99 }) => [
      route,
      number(requests, 0),
      number(failedPercent, 3),
      number(p50, 1),
      number(p95, 1),
      number(p99, 1),
    ]),
  ];
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const padded = lines.map(([first = "", ...rest]) =>
    [first.padEnd(widths[0] ?? 0), ...rest.map((cell, index) => cell.padStart(widths[index + 1] ?? 0))].join(
      "  ",
    ),
  );
  return `${padded.join("\n")}\n`;
}
