import { z } from "zod";
import { route } from "../../route.ts";
import type { Route } from "../../route.ts";
import { quizId } from "../quizzes/contract.ts";
import { leaderboard, standing } from "./contract.ts";
import type { LeaderboardService } from "./service.ts";

/** So that a new score is seen on the board soon after it was made. */
const SHARED = { sharedSeconds: 2 };

export function leaderboardRoutes(service: LeaderboardService): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/api/leaderboard",
      operationId: "getLeaderboard",
      summary: "The best scores over all quizzes; of each participant the first attempt at a quiz counts.",
      responses: { 200: leaderboard },
      cache: SHARED,
      handle: async () => ({ status: 200, body: await service.overall() }),
    }),
    route({
      method: "get",
      path: "/api/quizzes/:id/leaderboard",
      operationId: "getQuizLeaderboard",
      summary: "The best scores at one quiz; of each participant the first attempt counts.",
      params: z.strictObject({ id: quizId }),
      responses: { 200: leaderboard },
      cache: SHARED,
      handle: async ({ params: { id } }) => ({ status: 200, body: await service.ofQuiz(id) }),
    }),
    route({
      method: "get",
      path: "/api/me/standing",
      operationId: "getMyStanding",
      summary: "The visitor's own places; a submitted attempt counts a moment later.",
      responses: { 200: standing },
      cache: "private",
      handle: async ({ visitor }) => ({ status: 200, body: await service.standing(visitor) }),
    }),
  ];
}
