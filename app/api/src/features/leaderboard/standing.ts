import type { Query } from "../../database/pool.ts";
import { hashToken } from "../participants/token.ts";
import { PLACE, quizOf, rowsOf } from "./board.ts";
import type { Board, Place } from "./board.ts";
import type { Standing } from "./contract.ts";
import type { Landmark, Landmarks } from "./landmarks.ts";

type OfQuiz = Standing["quizzes"][number] & Place;
type Overall = NonNullable<Standing["overall"]> & Place;

/** The places of the token's participant, each rank counted from the landmark before it. */
export async function standingOf(query: Query, token: string, landmarks: Landmarks): Promise<Standing> {
  const mine = "JOIN app.participants ON participants.id = participant_id WHERE token_hash = $1";
  const [sums] = await query<Overall>(`SELECT ${PLACE}, total, quizzes FROM app.leaderboard_totals ${mine}`, [
    hashToken(token),
  ]);
  const entries = await query<OfQuiz>(
    `SELECT ${PLACE}, quiz_id AS "quizId", total, attempts FROM app.leaderboard_entries ${mine} ORDER BY quiz_id`,
    [hashToken(token)],
  );
  let overall: Standing["overall"] = null;
  if (sums !== undefined) {
    const { score, total, quizzes } = sums;
    overall = { rank: await rankOf(query, "overall", sums, landmarks), score, total, quizzes };
  }
  const places: Standing["quizzes"] = [];
  for (const entry of entries) {
    const { quizId, score, total, attempts } = entry;
    places.push({ quizId, rank: await rankOf(query, { quizId }, entry, landmarks), score, total, attempts });
  }
  return { overall, quizzes: places };
}

async function rankOf(query: Query, board: Board, place: Place, landmarks: Landmarks): Promise<number> {
  const mark = await landmarks.before(query, board, place);
  const [between] = await query<{ count: number }>(...countBetween(board, mark, place));
  return (mark?.rank ?? 0) + (between?.count ?? 0) + 1;
}

/**
 * Statement and values that count the rows from a landmark to a place, without either. In parts that are each one range of the board's
 * index: of a condition with OR it would read the whole board.
 */
function countBetween(
  board: Board,
  mark: Landmark | undefined,
  { score, reachedAt, participantId }: Place,
): readonly [string, readonly unknown[]] {
  const rows = `(SELECT count(*) FROM ${rowsOf(board)}`;
  const beforePlace = "score = $2 AND (reached_at, participant_id) < ($3::timestamptz, $4::uuid)";
  const values = [quizOf(board), score, `${reachedAt}Z`, participantId];
  if (mark === undefined) {
    return [`SELECT (${rows} AND score > $2) + ${rows} AND ${beforePlace}))::int AS count`, values];
  }
  const afterMark = "(reached_at, participant_id) > ($5::timestamptz, $6::uuid)";
  values.push(`${mark.reachedAt}Z`, mark.participantId);
  if (mark.score === score) {
    return [`SELECT ${rows} AND ${beforePlace} AND ${afterMark})::int AS count`, values];
  }
  return [
    `SELECT (${rows} AND score = $7 AND ${afterMark}) + ${rows} AND score < $7 AND score > $2) +
             ${rows} AND ${beforePlace}))::int AS count`,
    [...values, mark.score],
  ];
}
