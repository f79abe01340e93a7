import type { OptionId, QuizToTake } from "../../api/src/features/quizzes/contract.ts";
import type { Answers } from "./api.ts";

/** One visitor's way through a quiz. */
export interface Progress {
  /** Index of the question being shown. */
  readonly index: number;
  readonly answers: Answers;
}

export function choose(progress: Progress, questionId: string, option: OptionId): Progress {
  return { ...progress, answers: { ...progress.answers, [questionId]: option } };
}

/** Moves by `step`, staying within the quiz. */
export function move(progress: Progress, step: number, quiz: QuizToTake): Progress {
  return { ...progress, index: Math.min(Math.max(progress.index + step, 0), quiz.questions.length - 1) };
}

/**
 * Where to go on: with what this tab kept, and what the server has of questions that the tab knows nothing of; as far as
 * it still fits the quiz, for a release may have changed the questions.
 */
export function restoreProgress(quiz: QuizToTake, saved: Answers, kept: string | null): Progress {
  const value = asRecord(parse(kept));
  const own = asRecord(value["answers"]);
  const answers: Record<string, OptionId> = {};
  for (const { id, options } of quiz.questions) {
    const chosen = options.find((option) => option.id === (own[id] ?? saved[id]));
    if (chosen !== undefined) answers[id] = chosen.id;
  }
  // Never past the first open question: each must be answered before the quiz can be scored.
  const firstOpen = quiz.questions.findIndex(({ id }) => !(id in answers));
  const furthest = firstOpen === -1 ? quiz.questions.length - 1 : firstOpen;
  const { index } = value;
  // A tab that kept nothing goes on with the first open question.
  const wanted = typeof index === "number" && Number.isInteger(index) ? index : furthest;
  return { index: Math.min(Math.max(wanted, 0), furthest), answers };
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
