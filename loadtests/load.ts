/** The rated load: as many visitors a second as the platform is made for, for five minutes. */
import type { Options } from "k6/options";
import { constantRate, rate } from "./lib/rate.ts";
import { TREND_STATS } from "./lib/summary.ts";
import { thresholds } from "./lib/thresholds.ts";

export { handleSummary } from "./lib/summary.ts";
export { mixed } from "./scenarios/mixed.ts";

export const options: Options = {
  summaryTrendStats: TREND_STATS,
  scenarios: { mixed: constantRate("mixed", { perSecond: rate(20), duration: __ENV["DURATION"] ?? "5m" }) },
  thresholds: thresholds(),
};
