import { useCallback } from "preact/hooks";
import { getAttempt, getQuiz } from "../api.ts";
import { Failure } from "../components/Failure.tsx";
import { Loading } from "../components/Loading.tsx";
import { Result } from "../components/Result.tsx";
import { followInPlace } from "../navigation.ts";
import { useLoaded } from "../useLoaded.ts";
import { usePageTitle } from "../usePageTitle.ts";

/** One of the visitor's attempts by its address: a reload shows the same again. */
export function AttemptPage({ id }: { readonly id: string }) {
  const load = useCallback(async () => {
    const attempt = await getAttempt(id);
    return { attempt, quiz: await getQuiz(attempt.quizId) };
  }, [id]);
  const loaded = useLoaded(load);
  usePageTitle(loaded.state === "loaded" ? loaded.value.quiz.title : "Result");
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failure error={loaded.error} retry={loaded.retry} />;
  const { attempt, quiz } = loaded.value;
  if (attempt.result !== null) return <Result quiz={quiz} result={attempt.result} />;
  return (
    <section class="notice">
      <h1>Not finished yet</h1>
      <p>This attempt at “{quiz.title}” has not been submitted.</p>
      <a class="button primary" href={`/quizzes/${quiz.id}`} onClick={followInPlace}>
        Go on
      </a>
    </section>
  );
}
