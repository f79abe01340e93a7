import type { OptionId, QuizToTake } from "../../api/src/features/quizzes/contract.ts";
import type { Answers } from "./api.ts";

/** One visitor's way through a quiz. */
export interface Attempt {
  /** Index of the question being shown. */
  readonly index: number;
  readonly answers: Answers;
}

export const newAttempt: Attempt = { index: 0, answers: {} };

export function choose(attempt: Attempt, questionId: string, option: OptionId): Attempt {
  return { ...attempt, answers: { ...attempt.answers, [questionId]: option } };
}

/** Moves by `step`, staying within the quiz. */
export function move(attempt: Attempt, step: number, quiz: QuizToTake): Attempt {
  return { ...attempt, index: Math.min(Math.max(attempt.index + step, 0), quiz.questions.length - 1) };
}

/** What was kept of an attempt, as far as it still fits the quiz: a release may have changed the questions. */
export function restoreAttempt(quiz: QuizToTake, kept: string | null): Attempt {
  const value = parse(kept);
  if (!isRecord(value) || !isRecord(value["answers"])) return newAttempt;
  const answers: Record<string, OptionId> = {};
  for (const { id, options } of quiz.questions) {
    const chosen = options.find((option) => option.id === (value["answers"] as Record<string, unknown>)[id]);
    if (chosen !== undefined) answers[id] = chosen.id;
  }
  // Never past the first open question: each must be answered before the quiz can be scored.
  const firstOpen = quiz.questions.findIndex(({ id }) => !(id in answers));
  const furthest = firstOpen === -1 ? quiz.questions.length - 1 : firstOpen;
  const index = typeof value["index"] === "number" && Number.isInteger(value["index"]) ? value["index"] : 0;
  return { index: Math.min(Math.max(index, 0), furthest), answers };
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
