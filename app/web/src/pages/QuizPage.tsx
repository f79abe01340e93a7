import { useCallback, useState } from "preact/hooks";
import type { Attempt } from "../../../api/src/features/attempts/contract.ts";
import type { QuizToTake } from "../../../api/src/features/quizzes/contract.ts";
import { getMe, getQuiz, saveAnswer, startAttempt, submitAttempt } from "../api.ts";
import type { ApiError } from "../api.ts";
import { choose, move } from "../attempt.ts";
import { Failure } from "../components/Failure.tsx";
import { Loading } from "../components/Loading.tsx";
import { QuestionForm } from "../components/QuestionForm.tsx";
import { guestName, useMe } from "../me.tsx";
import { replace } from "../navigation.ts";
import { useAttempt } from "../useAttempt.ts";
import { asApiError, useLoaded } from "../useLoaded.ts";
import { usePageTitle } from "../usePageTitle.ts";

export function QuizPage({ id }: { readonly id: string }) {
  const { rename } = useMe();
  const load = useCallback(async () => {
    const quiz = await getQuiz(id);
    return { quiz, attempt: await startAsSomebody(id, rename) };
  }, [id, rename]);
  const loaded = useLoaded(load);
  usePageTitle(loaded.state === "loaded" ? loaded.value.quiz.title : "Quiz");
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failure error={loaded.error} retry={loaded.retry} />;
  return <Taking {...loaded.value} />;
}

/** Starts, or goes on with what is open; who is nobody yet becomes a guest. */
async function startAsSomebody(quizId: string, rename: (name: string) => Promise<void>): Promise<Attempt> {
  const { participant } = await getMe();
  if (participant === null) await rename(guestName());
  return startAttempt(quizId);
}

/** From the first question to the submission. A failed one loses nothing: the answers stay. */
function Taking({ quiz, attempt }: { readonly quiz: QuizToTake; readonly attempt: Attempt }) {
  const [progress, setProgress, forget] = useAttempt(quiz, attempt);
  const [submitting, setSubmitting] = useState(false);
  const [failure, setFailure] = useState<ApiError>();

  const submit = async (): Promise<void> => {
    setSubmitting(true);
    setFailure(undefined);
    try {
      await submitAttempt(attempt.id, progress.answers);
    } catch (error) {
      // Submitted before, and the answer was lost: the result is there.
      if (asApiError(error).kind !== "done-already") {
        setFailure(asApiError(error));
        setSubmitting(false);
        return;
      }
    }
    forget();
    // Going back leads to where the visitor came from, not into another attempt.
    replace(`/attempts/${attempt.id}`);
  };

  const question = quiz.questions[progress.index];
  if (question === undefined) throw new Error(`Quiz ${quiz.id} has no question ${progress.index}.`);
  return (
    <QuestionForm
      key={question.id}
      quiz={quiz}
      question={question}
      number={progress.index + 1}
      chosen={progress.answers[question.id]}
      submitting={submitting}
      failure={failure}
      choose={(option) => {
        setProgress((current) => choose(current, question.id, option));
        // For another day or device; the submission brings all answers along, so that a lost one does no harm.
        saveAnswer(attempt.id, question.id, option).catch(() => undefined);
      }}
      back={() => setProgress((current) => move(current, -1, quiz))}
      forward={() => {
        if (progress.index < quiz.questions.length - 1) setProgress((current) => move(current, 1, quiz));
        else void submit();
      }}
    />
  );
}
