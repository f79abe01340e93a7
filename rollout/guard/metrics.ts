/** What a pod of the app tells of its requests, in the Prometheus text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */

/** How many requests took at most so many seconds. */
export interface Bucket {
  readonly seconds: number;
  readonly requests: number;
}

/** Counters of one pod since it began. */
export interface Counters {
  readonly requests: number;
  /** Those answered with 5xx. */
  readonly failed: number;
  /** By rising seconds; the last is infinite. */
  readonly buckets: readonly Bucket[];
}

/** Whoever asks for these is a probe, not a visitor. */
const PROBES = "/health";

const LINE = /^http_request_duration_seconds_bucket\{(.*)\} (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Sums `http_request_duration_seconds` over methods, routes and statuses. */
export function readCounters(text: string): Counters {
  const sums = new Map<number, number>();
  let failed = 0;
  for (const line of text.split("\n")) {
    const [, labelText = "", valueText] = LINE.exec(line) ?? [];
    if (valueText === undefined) continue;
    const labels = labelsOf(labelText);
    if (labels.get("route")?.startsWith(PROBES) === true) continue;
    const seconds = labels.get("le") === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.get("le"));
    const requests = Number(valueText);
    sums.set(seconds, (sums.get(seconds) ?? 0) + requests);
    if (seconds === Number.POSITIVE_INFINITY && labels.get("status")?.startsWith("5") === true)
      failed += requests;
  }
  const buckets = [...sums].sort(([a], [b]) => a - b).map(([seconds, requests]) => ({ seconds, requests }));
  return { requests: buckets.at(-1)?.requests ?? 0, failed, buckets };
}

function labelsOf(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(LABEL)].map(([, key = "", value = ""]) => [key, value]));
}
