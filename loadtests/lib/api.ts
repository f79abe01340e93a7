import { check } from "k6";
import http, { type RefinedResponse } from "k6/http";
import { headers, url } from "./target.ts";

/** The routes that the load reaches, by template: each has thresholds of its own. */
export const ROUTES = [
  "GET /",
  "GET /api/quizzes",
  "GET /api/quizzes/:id",
  "GET /api/leaderboard",
  "GET /api/quizzes/:id/leaderboard",
  "GET /api/me/standing",
  "PUT /api/me",
  "POST /api/quizzes/:id/attempts",
  "PUT /api/attempts/:id/answers/:questionId",
  "POST /api/attempts/:id/submit",
] as const;

export type RouteName = (typeof ROUTES)[number];

type Answer = RefinedResponse<"text">;

/** The path's ids would each become a series: the template is the name. Nothing is sent twice: a failure is counted. */
function params(route: RouteName, more: Record<string, string> = {}): Record<string, unknown> {
  return {
    headers: { ...headers(), ...more },
    tags: { name: route, route },
    responseType: "text",
    timeout: "10s",
  };
}

/** Asks, and counts any answer but one of `statuses` as a failed check. */
export function get(route: RouteName, path: string, statuses: readonly number[] = [200]): Answer {
  return checked(route, http.get<"text">(`${url}${path}`, params(route)), statuses);
}

export function send(
  method: "POST" | "PUT",
  route: RouteName,
  path: string,
  body: object | undefined,
  {
    statuses = [200],
    headers: more = {},
  }: { statuses?: readonly number[]; headers?: Record<string, string> } = {},
): Answer {
  const given = params(route, { "content-type": "application/json", ...more });
  const sent = http.request<"text">(
    method,
    `${url}${path}`,
    body === undefined ? null : JSON.stringify(body),
    given,
  );
  return checked(route, sent, statuses);
}

function checked(route: RouteName, response: Answer, statuses: readonly number[]): Answer {
  check(
    response,
    { [`${route} answers ${statuses.join(" or ")}`]: ({ status }) => statuses.includes(status) },
    { route },
  );
  return response;
}
