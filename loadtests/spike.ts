/** Five times the rated load within ten seconds: what fails, and for how long? */
import type { Options } from "k6/options";
import { rampingRate, rate } from "./lib/rate.ts";
import { TREND_STATS } from "./lib/summary.ts";

export { handleSummary } from "./lib/summary.ts";
export { mixed } from "./scenarios/mixed.ts";

const rated = rate(20);

export const options: Options = {
  summaryTrendStats: TREND_STATS,
  scenarios: {
    mixed: rampingRate("mixed", rated, [
      { target: rated, duration: "1m" },
      { target: rated * 5, duration: "10s" },
      { target: rated * 5, duration: "1m" },
      { target: rated, duration: "10s" },
      { target: rated, duration: "2m" },
    ]),
  },
  // More pods take half a minute: until then answers are late, and none may be wrong.
  thresholds: { checks: ["rate>0.99"], http_req_failed: ["rate<0.01"] },
};
