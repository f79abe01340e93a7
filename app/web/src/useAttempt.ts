import { useCallback, useEffect, useState } from "preact/hooks";
import type { Attempt } from "../../api/src/features/attempts/contract.ts";
import type { QuizToTake } from "../../api/src/features/quizzes/contract.ts";
import { restoreProgress } from "./attempt.ts";
import type { Progress } from "./attempt.ts";

/** The way through an attempt, kept for the tab: a reload goes on where the visitor was. */
export function useAttempt(quiz: QuizToTake, attempt: Attempt) {
  const key = `attempt:${attempt.id}`;
  const [progress, setProgress] = useState<Progress>(() =>
    restoreProgress(quiz, attempt.answers, sessionStorage.getItem(key)),
  );
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(progress)), [progress, key]);
  const forget = useCallback(() => sessionStorage.removeItem(key), [key]);
  return [progress, setProgress, forget] as const;
}
