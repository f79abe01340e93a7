import type { Query } from "../../database/pool.ts";

/** Participants that are counted again in one transaction. */
const BATCH = 100;

/**
 * Works the participants' places out anew from the attempts themselves, so that it does not matter how often or in which
 * order this is called. At each quiz the first submitted attempt counts, whatever came after it: its result shows every
 * right answer. A new version of a quiz has another answer key, so the first attempt at the newest version counts.
 *
 * Calls for one participant follow each other: two at once could each miss the other's attempt.
 *
 * @param quizId the only quiz where something may have changed; without it all are counted.
 */
export async function recalculate(
  query: Query,
  participantIds: readonly string[],
  quizId?: string,
): Promise<void> {
  // In one order, so that two callers with several participants do not wait for each other.
  await query("SELECT FROM app.participants WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE", [
    participantIds,
  ]);
  await query(
    `INSERT INTO app.leaderboard_entries (quiz_id, participant_id, score, total, attempts, reached_at, counted_at)
     SELECT DISTINCT ON (participant_id, quiz_id) quiz_id, participant_id, score, total,
            count(*) OVER (PARTITION BY participant_id, quiz_id), submitted_at, submitted_at
       FROM app.attempts WHERE participant_id = ANY ($1) AND submitted_at IS NOT NULL AND ($2::text IS NULL OR quiz_id = $2)
      ORDER BY participant_id, quiz_id, quiz_version DESC, submitted_at, started_at
     ON CONFLICT (quiz_id, participant_id) DO UPDATE SET score = excluded.score, total = excluded.total,
       attempts = excluded.attempts, reached_at = excluded.reached_at, counted_at = excluded.counted_at`,
    [participantIds, quizId ?? null],
  );
  await query(
    `INSERT INTO app.leaderboard_totals (participant_id, score, total, quizzes, reached_at)
     SELECT participant_id, sum(score), sum(total), count(*), max(reached_at)
       FROM app.leaderboard_entries WHERE participant_id = ANY ($1) GROUP BY participant_id
     ON CONFLICT (participant_id) DO UPDATE SET score = excluded.score, total = excluded.total,
       quizzes = excluded.quizzes, reached_at = excluded.reached_at`,
    [participantIds],
  );
}

/**
 * Counts again where another rule was applied: by the release before, whose worker may run beside this one, or before there
 * was this rule. At most a hundred participants.
 *
 * @returns how many there were; none when all is counted as it should be.
 */
export async function recalculateMiscounted(query: Query): Promise<number> {
  const rows = await query<{ id: string }>(
    `SELECT DISTINCT participant_id AS id FROM app.leaderboard_entries
      WHERE counted_at IS DISTINCT FROM reached_at LIMIT ${BATCH}`,
  );
  if (rows.length > 0)
    await recalculate(
      query,
      rows.map(({ id }) => id),
    );
  return rows.length;
}
