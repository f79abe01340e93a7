import { z } from "zod";
import { quizContent } from "./content.ts";
import type { WrittenQuiz } from "./content.ts";

/** Where quizzes come from. */
export interface QuizStore {
  /** In the order in which they are shown. */
  list(): readonly WrittenQuiz[];
  find(id: string): WrittenQuiz | undefined;
}

/**
 * Keeps the written quizzes in memory.
 *
 * @throws Error naming what is wrong with the content, e.g. `quizzes[2].questions[4].answer`.
 */
export function createContentStore(content: unknown): QuizStore {
  const parsed = quizContent.safeParse(content);
  if (!parsed.success) throw new Error(`The quiz content is not usable:\n${z.prettifyError(parsed.error)}`);
  const byId = new Map(parsed.data.map((quiz) => [quiz.id, quiz]));
  return { list: () => parsed.data, find: (id) => byId.get(id) };
}
