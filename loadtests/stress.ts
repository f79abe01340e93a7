/** Twice the rated load, in steps: does it hold, and does it come back? */
import type { Options } from "k6/options";
import { rampingRate, rate } from "./lib/rate.ts";
import { TREND_STATS } from "./lib/summary.ts";
import { thresholds } from "./lib/thresholds.ts";

export { handleSummary } from "./lib/summary.ts";
export { mixed } from "./scenarios/mixed.ts";

const rated = rate(20);

export const options: Options = {
  summaryTrendStats: TREND_STATS,
  scenarios: {
    mixed: rampingRate("mixed", rated, [
      { target: rated, duration: "1m" },
      { target: rated * 1.5, duration: "2m" },
      { target: rated * 2, duration: "2m" },
      { target: rated * 2, duration: "2m" },
      { target: rated, duration: "1m" },
    ]),
  },
  thresholds: thresholds(),
};
