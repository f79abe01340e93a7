/** For k6: requests that reach a pod, at a constant rate, while all requests move to another colour. */
import { check } from "k6";
import http, { type RefinedResponse } from "k6/http";
import { Counter } from "k6/metrics";
import type { Options } from "k6/options";
import { quizIds } from "../../../loadtests/lib/answers.ts";
import { constantRate } from "../../../loadtests/lib/rate.ts";
import { TREND_STATS } from "../../../loadtests/lib/summary.ts";
import { headers, url } from "../../../loadtests/lib/target.ts";

export { handleSummary } from "../../../loadtests/lib/summary.ts";

/** Of the iterations: with the PUT before each, one request in seven is a POST. The issue asks for one in ten at least. */
const POST_SHARE = 1 / 6;
const TIMEOUT = "10s";

/** By the digests that a release may have here; anything else is a wrong answer. */
const digests = (__ENV["DIGESTS"] ?? "").split(",");
const served = digests.map((_digest, index) => new Counter(`served_${index}`));
const posted = new Counter("posted");

export const options: Options = {
  summaryTrendStats: TREND_STATS,
  noConnectionReuse: __ENV["KEEP_ALIVE"] === "off",
  scenarios: {
    // Ended from outside, with SIGINT, after the switch.
    one: constantRate("one", { perSecond: Number(__ENV["RATE"]), duration: "15m" }),
  },
};

export function setup(): string {
  const [first] = quizIds(http.get<"text">(`${url}/api/quizzes`, { responseType: "text" }));
  if (first === undefined) throw new Error("the page has no quiz");
  return first;
}

export function one(quiz: string): void {
  if (Math.random() >= POST_SHARE) {
    const answer = http.get<"text">(`${url}/api/version`, params());
    judge(answer, [200], digestOf(answer));
    return;
  }
  // A visitor of its own: two writes that two database servers commit.
  http.cookieJar().clear(url);
  judge(
    http.put<"text">(`${url}/api/me`, JSON.stringify({ name: "switching" }), params()),
    [200, 201],
    '"name"',
  );
  posted.add(1);
  judge(http.post<"text">(`${url}/api/quizzes/${quiz}/attempts`, null, params()), [200, 201], '"id"');
}

function params(): { headers: Record<string, string>; timeout: string; responseType: "text" } {
  return {
    headers: { ...headers(), "content-type": "application/json" },
    timeout: TIMEOUT,
    responseType: "text",
  };
}

const digestOf = (answer: RefinedResponse<"text">): string => answer.headers["X-Release-Digest"] ?? "";

/** Of one of the two releases, with a status and a body that it must have. Whatever else comes is a failed request. */
function judge(answer: RefinedResponse<"text">, statuses: readonly number[], words: string): void {
  // Cut off by k6 itself, when it was told to end.
  if (answer.status === 0 && answer.error.includes("context canceled")) return;
  const index = digests.indexOf(digestOf(answer));
  served[index]?.add(1);
  check(answer, {
    "the answer is the one that it must be": ({ status, body }) =>
      index !== -1 && statuses.includes(status) && body.includes(words),
  });
}
