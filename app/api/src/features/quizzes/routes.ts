import { z } from "zod";
import { route } from "../../route.ts";
import type { Route } from "../../route.ts";
import { quizId, quizList, quizToTake } from "./contract.ts";
import type { QuizService } from "./service.ts";

/** Short enough that a release's new questions are there before anybody misses them. */
const SHARED = { sharedSeconds: 10 };

const params = z.strictObject({ id: quizId });

export function quizRoutes(service: QuizService): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/api/quizzes",
      operationId: "listQuizzes",
      summary: "All quizzes, without their questions.",
      responses: { 200: quizList },
      cache: SHARED,
      handle: async () => ({ status: 200, body: await service.list() }),
    }),
    route({
      method: "get",
      path: "/api/quizzes/:id",
      operationId: "getQuiz",
      summary: "One quiz with its questions, without the right answers.",
      params,
      responses: { 200: quizToTake },
      cache: SHARED,
      handle: async ({ params: { id } }) => ({ status: 200, body: await service.take(id) }),
    }),
  ];
}
