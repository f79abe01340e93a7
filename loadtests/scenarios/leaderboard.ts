import { anyOf, quizIds } from "../lib/answers.ts";
import { get } from "../lib/api.ts";

/** Somebody looks who is ahead. */
export function leaderboard(): void {
  get("GET /api/leaderboard", "/api/leaderboard");
  const id = anyOf(quizIds(get("GET /api/quizzes", "/api/quizzes")));
  if (id !== undefined) get("GET /api/quizzes/:id/leaderboard", `/api/quizzes/${id}/leaderboard`);
  get("GET /api/me/standing", "/api/me/standing");
}
