import type { Query } from "../../database/pool.ts";
import type { LeaderboardRow } from "./contract.ts";

const LENGTH = 50;

const COLUMNS = `(row_number() OVER (ORDER BY place.score DESC, reached_at, participant_id))::int AS rank,
  participant_id AS "participantId", name, place.score, place.total`;
const ORDER = `ORDER BY place.score DESC, reached_at, participant_id LIMIT ${LENGTH}`;

export function topOverall(query: Query): Promise<readonly LeaderboardRow[]> {
  return query<LeaderboardRow>(
    `SELECT ${COLUMNS} FROM app.participants
       JOIN (SELECT * FROM app.leaderboard_totals place ${ORDER}) place ON place.participant_id = participants.id
     ${ORDER}`,
  );
}

export function topOfQuiz(query: Query, quizId: string): Promise<readonly LeaderboardRow[]> {
  return query<LeaderboardRow>(
    `SELECT ${COLUMNS} FROM app.participants
       JOIN (SELECT * FROM app.leaderboard_entries place WHERE quiz_id = $1 ${ORDER}) place
         ON place.participant_id = participants.id
     ${ORDER}`,
    [quizId],
  );
}
