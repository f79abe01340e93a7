import { useCallback, useState } from "preact/hooks";
import type { QuizToTake, ScoreResult } from "../../../api/src/features/quizzes/contract.ts";
import { getQuiz, scoreQuiz } from "../api.ts";
import type { ApiError } from "../api.ts";
import { choose, move, newAttempt } from "../attempt.ts";
import { Failure } from "../components/Failure.tsx";
import { Loading } from "../components/Loading.tsx";
import { QuestionForm } from "../components/QuestionForm.tsx";
import { Result } from "../components/Result.tsx";
import { useAttempt } from "../useAttempt.ts";
import { asApiError, useLoaded } from "../useLoaded.ts";
import { usePageTitle } from "../usePageTitle.ts";

export function QuizPage({ id }: { readonly id: string }) {
  const loaded = useLoaded(useCallback(() => getQuiz(id), [id]));
  usePageTitle(loaded.state === "loaded" ? loaded.value.title : "Quiz");
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failure error={loaded.error} retry={loaded.retry} />;
  return <Taking quiz={loaded.value} />;
}

/** From the first question to the result. A failed submission loses nothing: the answers stay. */
function Taking({ quiz }: { readonly quiz: QuizToTake }) {
  const [attempt, setAttempt] = useAttempt(quiz);
  const [submitting, setSubmitting] = useState(false);
  const [failure, setFailure] = useState<ApiError>();
  const [result, setResult] = useState<ScoreResult>();

  const submit = async (): Promise<void> => {
    setSubmitting(true);
    setFailure(undefined);
    try {
      setResult(await scoreQuiz(quiz.id, attempt.answers));
      setAttempt(newAttempt);
    } catch (error) {
      setFailure(asApiError(error));
    }
    setSubmitting(false);
  };

  if (result !== undefined) return <Result quiz={quiz} result={result} again={() => setResult(undefined)} />;

  const question = quiz.questions[attempt.index];
  if (question === undefined) throw new Error(`Quiz ${quiz.id} has no question ${attempt.index}.`);
  return (
    <QuestionForm
      key={question.id}
      quiz={quiz}
      question={question}
      number={attempt.index + 1}
      chosen={attempt.answers[question.id]}
      submitting={submitting}
      failure={failure}
      choose={(option) => setAttempt((current) => choose(current, question.id, option))}
      back={() => setAttempt((current) => move(current, -1, quiz))}
      forward={() => {
        if (attempt.index < quiz.questions.length - 1) setAttempt((current) => move(current, 1, quiz));
        else void submit();
      }}
    />
  );
}
