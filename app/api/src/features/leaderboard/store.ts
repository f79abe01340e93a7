import type { Query } from "../../database/pool.ts";
import { hashToken } from "../participants/token.ts";
import type { LeaderboardRow, Standing } from "./contract.ts";

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

/** How many rows of the same board are ahead, and one. */
const rank = (board: string, where: string): string =>
  `1 + (SELECT count(*) FROM app.${board} ahead WHERE ${where} (ahead.score > mine.score OR
          (ahead.score = mine.score AND (ahead.reached_at, ahead.participant_id) < (mine.reached_at, mine.participant_id)))
       )::int AS rank`;

export async function standingOf(query: Query, token: string): Promise<Standing> {
  const mine = "JOIN app.participants ON participants.id = mine.participant_id WHERE token_hash = $1";
  const [overall] = await query<NonNullable<Standing["overall"]>>(
    `SELECT ${rank("leaderboard_totals", "")}, score, total, quizzes FROM app.leaderboard_totals mine ${mine}`,
    [hashToken(token)],
  );
  const quizzes = await query<Standing["quizzes"][number]>(
    `SELECT quiz_id AS "quizId", ${rank("leaderboard_entries", "ahead.quiz_id = mine.quiz_id AND")}, score, total, attempts
       FROM app.leaderboard_entries mine ${mine} ORDER BY quiz_id`,
    [hashToken(token)],
  );
  return { overall: overall ?? null, quizzes: [...quizzes] };
}
