/** Where places are ordered: at one quiz, or over all of them. */
export type Board = { readonly quizId: string } | "overall";

/** A participant's place in a board's order: the higher score, then who reached it earlier, then the id. */
export interface Place {
  readonly score: number;
  /** UTC to the microsecond, always of the same length, so that texts compare as times. */
  readonly reachedAt: string;
  readonly participantId: string;
}

/** The columns of a place, for a SELECT. */
export const PLACE = `score, to_char(reached_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS "reachedAt",
  participant_id AS "participantId"`;

/** The order itself; the boards' indexes have it too. */
export const ORDER = "score DESC, reached_at, participant_id";

/** Table and condition of a board's rows; `$1` is the quiz, or null overall. */
export function rowsOf(board: Board): string {
  return board === "overall"
    ? "app.leaderboard_totals WHERE $1::text IS NULL"
    : "app.leaderboard_entries WHERE quiz_id = $1";
}

/** The value of `$1` in `rowsOf`. */
export function quizOf(board: Board): string | null {
  return board === "overall" ? null : board.quizId;
}

/** Whether the one is before the other. */
export function isAhead(one: Place, other: Place): boolean {
  if (one.score !== other.score) return one.score > other.score;
  if (one.reachedAt !== other.reachedAt) return one.reachedAt < other.reachedAt;
  return one.participantId < other.participantId;
}
