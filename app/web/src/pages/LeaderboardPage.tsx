import { useCallback } from "preact/hooks";
import type {
  Leaderboard,
  LeaderboardRow,
  Standing,
} from "../../../api/src/features/leaderboard/contract.ts";
import type { Participant } from "../../../api/src/features/participants/contract.ts";
import type { QuizSummary } from "../../../api/src/features/quizzes/contract.ts";
import { getLeaderboard, getStanding, listQuizzes } from "../api.ts";
import { Failure } from "../components/Failure.tsx";
import { LeaderboardTable } from "../components/LeaderboardTable.tsx";
import { Loading } from "../components/Loading.tsx";
import { useMe } from "../me.tsx";
import { followInPlace } from "../navigation.ts";
import { useLoaded } from "../useLoaded.ts";
import { usePageTitle } from "../usePageTitle.ts";
import { useRefreshed } from "../useRefreshed.ts";

const REFRESH_MS = 3_000;

/** The best over all quizzes, or at one. */
export function LeaderboardPage({ quizId }: { readonly quizId: string | undefined }) {
  usePageTitle("Leaderboard");
  const { participant } = useMe();
  const quizzes = useLoaded(listQuizzes);
  const load = useCallback(
    async () => ({ board: await getLeaderboard(quizId), standing: await getStanding() }),
    [quizId],
  );
  const loaded = useRefreshed(load, REFRESH_MS);
  const all = quizzes.state === "loaded" ? quizzes.value.quizzes : [];
  const title = all.find(({ id }) => id === quizId)?.title;
  return (
    <section class="board">
      <h1>{title === undefined ? "Leaderboard" : `Leaderboard: ${title}`}</h1>
      <p class="soft">At each quiz your first attempt counts. Later ones are practice.</p>
      <BoardChoice quizzes={all} chosen={quizId} />
      {loaded.state === "loading" && <Loading />}
      {loaded.state === "failed" && <Failure error={loaded.error} retry={loaded.retry} />}
      {loaded.state === "loaded" && <Board {...loaded.value} participant={participant} quizId={quizId} />}
    </section>
  );
}

function BoardChoice({
  quizzes,
  chosen,
}: {
  readonly quizzes: readonly QuizSummary[];
  readonly chosen?: string | undefined;
}) {
  const boards = [{ id: undefined, title: "All quizzes" }, ...quizzes];
  return (
    <nav class="board-choice" aria-label="Which leaderboard">
      {boards.map(({ id, title }) => (
        <a
          key={title}
          href={id === undefined ? "/leaderboard" : `/leaderboard/${id}`}
          {...(id === chosen ? { "aria-current": "page" } : {})}
          onClick={followInPlace}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

interface BoardProps {
  readonly board: Leaderboard;
  readonly standing: Standing;
  readonly participant: Participant | null | undefined;
  readonly quizId: string | undefined;
}

function Board({ board, standing, participant, quizId }: BoardProps) {
  if (board.rows.length === 0) return <p class="panel soft">No scores yet. Yours could be the first.</p>;
  return <LeaderboardTable rows={board.rows} mine={ownRow(standing, participant, quizId)} />;
}

function ownRow(
  { overall, quizzes }: Standing,
  participant: Participant | null | undefined,
  quizId: string | undefined,
): LeaderboardRow | undefined {
  const place = quizId === undefined ? overall : quizzes.find((one) => one.quizId === quizId);
  if (!place || !participant) return undefined;
  const { rank, score, total } = place;
  return { rank, score, total, name: participant.name, participantId: participant.id };
}
