/** More and more visitors until a threshold breaks: where is the limit? The run stops there, and that is its result. */
import type { Options } from "k6/options";
import { rampingRate, rate } from "./lib/rate.ts";
import { TREND_STATS } from "./lib/summary.ts";

export { handleSummary } from "./lib/summary.ts";
export { mixed } from "./scenarios/mixed.ts";

const most = rate(400);
const stop = (threshold: string): { threshold: string; abortOnFail: boolean; delayAbortEval: string } => ({
  threshold,
  abortOnFail: true,
  delayAbortEval: "10s",
});

export const options: Options = {
  summaryTrendStats: TREND_STATS,
  scenarios: { mixed: rampingRate("mixed", 1, [{ target: most, duration: __ENV["DURATION"] ?? "10m" }]) },
  thresholds: {
    http_req_failed: [stop("rate<0.01")],
    http_req_duration: [stop("p(95)<500")],
    dropped_iterations: [stop("count<50")],
  },
};
