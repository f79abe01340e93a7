import type { Standing as StandingAnswer } from "../../../api/src/features/leaderboard/contract.ts";
import { getStanding } from "../api.ts";
import { followInPlace } from "../navigation.ts";
import { useRefreshed } from "../useRefreshed.ts";

const REFRESH_MS = 2_000;

/** Where the visitor stands at a quiz; a submitted attempt counts a moment later. */
export function Standing({ quizId }: { readonly quizId: string }) {
  const loaded = useRefreshed(getStanding, REFRESH_MS);
  if (loaded.state !== "loaded") return null;
  return (
    <p class="standing" data-testid="standing">
      {describe(loaded.value, quizId)}{" "}
      <a href={`/leaderboard/${quizId}`} onClick={followInPlace}>
        See the leaderboard
      </a>
    </p>
  );
}

function describe({ quizzes }: StandingAnswer, quizId: string): string {
  const mine = quizzes.find((one) => one.quizId === quizId);
  if (mine === undefined) return "Your score is being counted …";
  return `Your first attempt counts: ${mine.score} of ${mine.total}, rank ${mine.rank}.`;
}
