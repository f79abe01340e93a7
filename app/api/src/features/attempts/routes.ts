import { z } from "zod";
import { route } from "../../route.ts";
import type { Route } from "../../route.ts";
import { quizId } from "../quizzes/contract.ts";
import { answerRequest, attempt, attemptId, attemptList, submitHeaders, submitRequest } from "./contract.ts";
import type { AttemptService } from "./service.ts";

const one = z.strictObject({ id: attemptId });

export function attemptRoutes(service: AttemptService): readonly Route[] {
  return [
    route({
      method: "post",
      path: "/api/quizzes/:id/attempts",
      operationId: "startAttempt",
      summary: "Starts an attempt, or goes on with the open one.",
      params: z.strictObject({ id: quizId }),
      responses: { 200: attempt, 201: attempt },
      cache: "private",
      handle: async ({ params: { id }, visitor }) => {
        const { value, lsn } = await service.start(id, visitor);
        return { status: value.created ? 201 : 200, body: value.attempt, remember: { seen: lsn } };
      },
    }),
    route({
      method: "get",
      path: "/api/attempts",
      operationId: "listAttempts",
      summary: "The visitor's attempts, the latest first; at most 100.",
      responses: { 200: attemptList },
      cache: "private",
      handle: async ({ visitor }) => ({ status: 200, body: await service.list(visitor) }),
    }),
    route({
      method: "get",
      path: "/api/attempts/:id",
      operationId: "getAttempt",
      summary: "One of the visitor's attempts; with the right answers once it is submitted.",
      params: one,
      responses: { 200: attempt },
      cache: "private",
      handle: async ({ params: { id }, visitor }) => ({ status: 200, body: await service.find(id, visitor) }),
    }),
    route({
      method: "put",
      path: "/api/attempts/:id/answers/:questionId",
      operationId: "answerQuestion",
      summary: "Keeps the answer to a question; another one replaces it.",
      params: z.strictObject({ id: attemptId, questionId: z.string().max(80) }),
      body: answerRequest,
      responses: { 200: attempt },
      cache: "private",
      handle: async ({ params: { id, questionId }, body: { option }, visitor }) => {
        const { value, lsn } = await service.answer(id, questionId, option, visitor);
        return { status: 200, body: value, remember: { seen: lsn } };
      },
    }),
    route({
      method: "post",
      path: "/api/attempts/:id/submit",
      operationId: "submitAttempt",
      summary: "Scores a complete set of answers, once; a repetition with the same key gets the same result.",
      params: one,
      headers: submitHeaders,
      body: submitRequest,
      responses: { 200: attempt },
      cache: "private",
      handle: async ({ params: { id }, headers, body: { answers }, visitor }) => {
        const { value, lsn } = await service.submit(id, headers["idempotency-key"], answers, visitor);
        return { status: 200, body: value, remember: { seen: lsn } };
      },
    }),
  ];
}
