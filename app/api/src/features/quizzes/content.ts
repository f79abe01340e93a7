import { z } from "zod";
import { quizId } from "./contract.ts";

const sentence = z.string().trim().min(3).max(400);

const question = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]*-\d{2}$/),
    text: sentence,
    options: z.array(z.string().trim().min(1).max(120)).length(4),
    /** Index of the one right option. */
    answer: z.int().min(0).max(3),
    explanation: sentence,
  })
  .refine(({ options }) => distinct(options), { path: ["options"], error: "two options are the same" });

/** A quiz with its right answers: for the server alone. */
export const writtenQuiz = z.strictObject({
  id: quizId,
  title: sentence,
  description: sentence,
  questions: z.array(question).length(15),
});

/** As it lies in the database. */
export const storedQuiz = writtenQuiz.extend({
  /** From 1; raised with each change of the answer key. */
  version: z.int().min(1),
});

/** The written quizzes as they lie in `app/content`: ids and questions are unique across all of them. */
export const quizContent = z
  .array(writtenQuiz)
  .min(1)
  .refine((quizzes) => distinct(quizzes.map(({ id }) => id)), "two quizzes have the same id")
  .refine((quizzes) => distinct(everyQuestion(quizzes).map(({ id }) => id)), "two questions have the same id")
  .refine(
    (quizzes) => distinct(everyQuestion(quizzes).map(({ text }) => text)),
    "two questions have the same text",
  );

export type WrittenQuiz = z.output<typeof writtenQuiz>;
export type StoredQuiz = z.output<typeof storedQuiz>;

/** @throws Error naming what is wrong with the content, e.g. `quizzes[2].questions[4].answer`. */
export function parseContent(content: unknown): readonly WrittenQuiz[] {
  const parsed = quizContent.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new Error(`The quiz content is not usable:\n${z.prettifyError(parsed.error)}`);
}

function everyQuestion(quizzes: readonly WrittenQuiz[]) {
  return quizzes.flatMap(({ questions }) => questions);
}

function distinct(texts: readonly string[]): boolean {
  return new Set(texts.map((text) => text.toLowerCase())).size === texts.length;
}
