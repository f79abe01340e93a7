/** For k6: requests that reach a pod, at a constant rate, while all requests move to another colour. */
import { check } from "k6";
import http from "k6/http";
import { Counter } from "k6/metrics";
import type { Options } from "k6/options";
import { quizIds } from "../../../loadtests/lib/answers.ts";
import { constantRate } from "../../../loadtests/lib/rate.ts";
import { TREND_STATS } from "../../../loadtests/lib/summary.ts";
import { headers, url } from "../../../loadtests/lib/target.ts";

export { handleSummary } from "../../../loadtests/lib/summary.ts";

/** One POST in six: the issue asks for one in ten at least. */
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
  // Each request is of a visitor of its own.
  http.cookieJar().clear(url);
  const isPost = Math.random() < POST_SHARE;
  const params = { headers: headers(), timeout: TIMEOUT, responseType: "text" as const };
  const answer = isPost
    ? http.post<"text">(`${url}/api/quizzes/${quiz}/attempts`, null, params)
    : http.get<"text">(`${url}/api/version`, params);
  if (isPost) posted.add(1);
  const digest = answer.headers["X-Release-Digest"] ?? "";
  const index = digests.indexOf(digest);
  served[index]?.add(1);
  check(answer, {
    "the answer is the one that it must be": ({ status, body }) =>
      index !== -1 &&
      (isPost
        ? [200, 201].includes(status) && body.includes('"id"')
        : status === 200 && body.includes(digest)),
  });
}
