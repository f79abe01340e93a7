import type { QuizSummary } from "../../../api/src/features/quizzes/contract.ts";
import { listQuizzes } from "../api.ts";
import { Failure } from "../components/Failure.tsx";
import { LatestAttempts } from "../components/LatestAttempts.tsx";
import { Loading } from "../components/Loading.tsx";
import { NameField } from "../components/NameField.tsx";
import { SubjectIcon } from "../components/SubjectIcon.tsx";
import { TopThree } from "../components/TopThree.tsx";
import { followInPlace } from "../navigation.ts";
import { useLoaded } from "../useLoaded.ts";
import { usePageTitle } from "../usePageTitle.ts";

const HUES = 8;

export function HomePage() {
  usePageTitle("");
  const loaded = useLoaded(listQuizzes);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failure error={loaded.error} retry={loaded.retry} />;
  return (
    <>
      <div class="intro">
        <h1>What do you know?</h1>
        <p>Pick a subject. Each quiz tells you what was right, and why, once you have answered everything.</p>
      </div>
      <div class="welcome">
        <NameField />
        <TopThree />
        <LatestAttempts quizzes={loaded.value.quizzes} />
      </div>
      <ul class="quiz-grid">
        {loaded.value.quizzes.map((quiz, index) => (
          <li key={quiz.id}>
            <QuizCard quiz={quiz} hue={index % HUES} />
          </li>
        ))}
      </ul>
    </>
  );
}

function QuizCard({ quiz, hue }: { readonly quiz: QuizSummary; readonly hue: number }) {
  return (
    <a
      class={`quiz-card hue-${hue}`}
      href={`/quizzes/${quiz.id}`}
      data-testid="quiz-card"
      onClick={followInPlace}
    >
      <span class="tile">
        <SubjectIcon id={quiz.id} />
      </span>
      <span class="quiz-card-text">
        <strong>{quiz.title}</strong>
        <span>{quiz.description}</span>
        <small>{quiz.questionCount} questions</small>
      </span>
    </a>
  );
}
