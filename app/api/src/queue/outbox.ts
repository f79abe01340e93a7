import type { Query } from "../database/pool.ts";
import type { JobData, MessageKind } from "./messages.ts";

/** Puts work into the outbox, in the transaction that it belongs to: both happen, or neither. */
export async function putIntoOutbox<Payload>(
  query: Query,
  { kind, version }: MessageKind<Payload>,
  payload: Payload,
): Promise<void> {
  await query("INSERT INTO app.outbox (kind, version, payload) VALUES ($1, $2, $3)", [
    kind,
    version,
    payload,
  ]);
}

/**
 * Takes rows that are due, for this caller alone. A row that is not done soon after is due again: 10 s after its first
 * sending, then twice as long each time, at most 5 min.
 */
export function claimDue(query: Query, limit: number): Promise<readonly JobData[]> {
  return query<JobData>(
    `UPDATE app.outbox
        SET sends = sends + 1, send_after = now() + least(interval '5 s' * 2 ^ least(sends + 1, 10), interval '5 min')
      WHERE id IN (SELECT id FROM app.outbox WHERE done_at IS NULL AND send_after <= now()
                    ORDER BY send_after, id LIMIT $1 FOR UPDATE SKIP LOCKED)
      RETURNING id::text AS "outboxId", kind, version, payload`,
    [limit],
  );
}

/** Gives back what could not be sent, as if it had never been taken. */
export async function giveBack(query: Query, ids: readonly string[]): Promise<void> {
  await query(
    "UPDATE app.outbox SET sends = sends - 1, send_after = now() WHERE id = ANY ($1) AND done_at IS NULL",
    [ids],
  );
}

/** Whether the caller is the first to do it; in the transaction of its effect, which so happens once. */
export async function markDone(query: Query, id: string): Promise<boolean> {
  const rows = await query(
    "UPDATE app.outbox SET done_at = now() WHERE id = $1 AND done_at IS NULL RETURNING id",
    [id],
  );
  return rows.length === 1;
}

/** Removes what was done a week ago or earlier; how much. */
export async function prune(query: Query): Promise<number> {
  const rows = await query(
    `DELETE FROM app.outbox WHERE id IN (SELECT id FROM app.outbox WHERE done_at < now() - interval '7 days' LIMIT 1000)
     RETURNING id`,
  );
  return rows.length;
}

export interface OutboxState {
  readonly pending: number;
  /** Seconds since the oldest row that is not done was written; 0 when all are. */
  readonly oldestSeconds: number;
}

export async function outboxState(query: Query): Promise<OutboxState> {
  const [state] = await query<OutboxState>(
    `SELECT count(*)::int AS pending, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS "oldestSeconds"
       FROM app.outbox WHERE done_at IS NULL`,
  );
  return state ?? { pending: 0, oldestSeconds: 0 };
}
