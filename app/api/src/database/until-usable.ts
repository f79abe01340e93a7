import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../errors/message.ts";
import type { Logger } from "../logging.ts";
import { Database } from "./database.ts";
import type { DatabaseSettings } from "./settings.ts";

const PAUSE_MS = 500;

/**
 * Opens the database and looks once whether it answers and has been migrated; retries until the deadline.
 *
 * @throws Error saying what was tried and what to look at; nothing is left open.
 */
export async function initDatabase(
  settings: DatabaseSettings,
  deadlineSeconds: number,
  logger: Logger,
): Promise<Database> {
  const database = new Database(settings, logger);
  const deadline = performance.now() + deadlineSeconds * 1000;
  for (;;) {
    try {
      await database.writer.lend(({ query }) => query("SELECT max(version) FROM app.content_releases"));
      return database;
    } catch (error) {
      if (performance.now() > deadline) {
        await database.close();
        throw notUsable(settings, deadlineSeconds, error);
      }
      logger.warn("waiting for the database", { error });
      await delay(PAUSE_MS);
    }
  }
}

export async function closeDatabase(database: Database): Promise<void> {
  await database.close();
}

function notUsable({ writer, name, readWrite }: DatabaseSettings, seconds: number, cause: unknown): Error {
  return new Error(
    `The database was not usable within ${seconds} s: DATABASE_WRITER_HOST=${writer.host}, ` +
      `DATABASE_WRITER_PORT=${writer.port}, DATABASE_NAME=${name}, DATABASE_RW_USER=${readWrite.user}: ${messageOf(cause)}. ` +
      "Look whether it runs, whether the migration Job has run, and whether its security group admits this pod.",
    { cause },
  );
}
