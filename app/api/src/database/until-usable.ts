import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../errors/message.ts";
import type { Logger } from "../logging.ts";
import type { Database } from "./database.ts";
import type { DatabaseSettings } from "./settings.ts";

const PAUSE_MS = 500;

/**
 * Waits until the database answers and has been migrated; looks again and again until the deadline.
 *
 * @throws Error saying what was tried and what to look at.
 */
export async function untilUsable(
  database: Database,
  settings: DatabaseSettings,
  deadlineSeconds: number,
  logger: Logger,
): Promise<void> {
  const deadline = performance.now() + deadlineSeconds * 1000;
  for (;;) {
    try {
      await database.writer.lend(({ query }) => query("SELECT max(version) FROM app.content_releases"));
      return;
    } catch (error) {
      if (performance.now() > deadline) throw notUsable(settings, deadlineSeconds, error);
      logger.warn("waiting for the database", { error });
      await delay(PAUSE_MS);
    }
  }
}

function notUsable({ writer, name, readWrite }: DatabaseSettings, seconds: number, cause: unknown): Error {
  return new Error(
    `The database was not usable within ${seconds} s: DATABASE_WRITER_HOST=${writer.host}, ` +
      `DATABASE_WRITER_PORT=${writer.port}, DATABASE_NAME=${name}, DATABASE_RW_USER=${readWrite.user}: ${messageOf(cause)}. ` +
      "Look whether it runs, whether the migration Job has run, and whether its security group admits this pod.",
    { cause },
  );
}
