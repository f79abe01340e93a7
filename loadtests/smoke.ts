/** One visitor of each kind, for half a minute: does everything answer? Also before a colour gets its first request. */
import type { Options } from "k6/options";
import { TREND_STATS } from "./lib/summary.ts";
import { thresholds } from "./lib/thresholds.ts";

export { handleSummary } from "./lib/summary.ts";
export { browse } from "./scenarios/browse.ts";
export { leaderboard } from "./scenarios/leaderboard.ts";
export { takeQuiz } from "./scenarios/take-quiz.ts";

const once = { executor: "constant-vus", vus: 1, duration: "20s" } as const;

export const options: Options = {
  summaryTrendStats: TREND_STATS,
  scenarios: {
    browse: { ...once, exec: "browse" },
    leaderboard: { ...once, exec: "leaderboard" },
    takeQuiz: { ...once, exec: "takeQuiz" },
  },
  thresholds: thresholds(),
};
