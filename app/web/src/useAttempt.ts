import { useEffect, useState } from "preact/hooks";
import type { QuizToTake } from "../../api/src/features/quizzes/contract.ts";
import { newAttempt, restoreAttempt } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";

/** The attempt at a quiz, kept for the tab: a reload goes on where the visitor was. */
export function useAttempt(quiz: QuizToTake) {
  const key = `attempt:${quiz.id}`;
  const [attempt, setAttempt] = useState<Attempt>(() => restoreAttempt(quiz, sessionStorage.getItem(key)));

  useEffect(() => {
    if (attempt === newAttempt) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(attempt));
  }, [attempt, key]);

  return [attempt, setAttempt] as const;
}
