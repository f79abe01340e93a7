import type { QuizSummary } from "../../../api/src/features/quizzes/contract.ts";
import { listAttempts } from "../api.ts";
import { followInPlace } from "../navigation.ts";
import { useLoaded } from "../useLoaded.ts";

const SHOWN = 3;

/** What the visitor did last: open attempts go on, submitted ones show their result again. */
export function LatestAttempts({ quizzes }: { readonly quizzes: readonly QuizSummary[] }) {
  const loaded = useLoaded(listAttempts);
  if (loaded.state !== "loaded" || loaded.value.attempts.length === 0) return null;
  const titles = new Map(quizzes.map(({ id, title }) => [id, title]));
  return (
    <section class="panel latest">
      <strong>Your latest</strong>
      {loaded.value.attempts.slice(0, SHOWN).map(({ id, quizId, score, total }) => (
        <a
          key={id}
          class="top-line"
          data-testid="latest-attempt"
          href={score === null ? `/quizzes/${quizId}` : `/attempts/${id}`}
          onClick={followInPlace}
        >
          <span class="top-name">{titles.get(quizId) ?? quizId}</span>
          <span class="soft">{score === null ? "Go on" : `${score} of ${total ?? 0}`}</span>
        </a>
      ))}
    </section>
  );
}
