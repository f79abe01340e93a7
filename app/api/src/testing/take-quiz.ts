import { randomUUID } from "node:crypto";
import { quizzes as written } from "../../../content/index.ts";
import { parseContent } from "../features/quizzes/content.ts";
import type { OptionId } from "../features/quizzes/contract.ts";
import { optionAt } from "../features/quizzes/contract.ts";
import type { TestVisitor } from "./visitor.ts";

/** Answers to a quiz of which so many, from the first on, are right. */
export function answersTo(quizId: string, right: number): Record<string, OptionId> {
  const quiz = parseContent(written).find(({ id }) => id === quizId);
  if (quiz === undefined) throw new Error(`No quiz ${quizId}.`);
  return Object.fromEntries(
    quiz.questions.map(({ id, answer }, index) => [id, optionAt(index < right ? answer : (answer + 1) % 4)]),
  );
}

/** Starts and submits an attempt; its id. */
export async function takeQuiz(visitor: TestVisitor, quizId: string, right: number): Promise<string> {
  const started = await visitor.post(`/api/quizzes/${quizId}/attempts`, {});
  const { id } = started.body as { id: string };
  const submitted = await visitor.post(
    `/api/attempts/${id}/submit`,
    { answers: answersTo(quizId, right) },
    { "Idempotency-Key": randomUUID() },
  );
  if (submitted.status !== 200) throw new Error(`Not submitted: ${submitted.text}`);
  return id;
}
