import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../logging.ts";

/** Any number that nothing else in the database uses. */
const LOCK = 8_237_401_120;
const LOCK_WAIT_SECONDS = 120;
const PAUSE_MS = 250;

/**
 * Takes the lock of the migrations for the session. It asks again and again: a statement that waited in the server would
 * keep a snapshot, CREATE INDEX CONCURRENTLY of the one at work would wait for that snapshot, and neither would go on.
 *
 * @throws Error when another migration has held it for two minutes.
 */
export async function takeLock(client: pg.Client): Promise<void> {
  const deadline = performance.now() + LOCK_WAIT_SECONDS * 1000;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1) AS taken", [
      LOCK,
    ]);
    if (rows[0]?.taken === true) return;
    if (performance.now() > deadline) {
      throw new Error(
        `Another migration has been running for ${LOCK_WAIT_SECONDS}s: look at its Job, then run this one again.`,
      );
    }
    await delay(PAUSE_MS);
  }
}

/**
 * Removes the indexes that an earlier Job began to build concurrently and could not finish: they serve no read, and their
 * migration could not make them anew under the same name. Only for who holds the migrations' lock.
 */
export async function dropUnfinishedIndexes(client: pg.Client, logger: Logger): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE NOT indisvalid AND relnamespace = to_regnamespace('app')`,
  );
  for (const { name } of rows) {
    logger.warn("an index that was not finished is built anew", { index: name });
    await client.query(`DROP INDEX CONCURRENTLY IF EXISTS app.${pg.escapeIdentifier(name)}`);
  }
}
