import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { messageOf } from "../errors/message.ts";
import type { Logger } from "../logging.ts";
import type { MigrationConfig } from "./config.ts";

const PAUSE_MS = 500;
/** invalid_password and invalid_authorization_specification: waiting changes nothing. */
const REFUSED = /^28/;

/**
 * Connects to the primary as the master user; retries until the deadline.
 *
 * @throws Error saying what was tried and what to look at.
 */
export async function connectAdmin(config: MigrationConfig, logger: Logger): Promise<pg.Client> {
  const deadline = performance.now() + config.startupSeconds * 1000;
  for (;;) {
    const client = new pg.Client({
      host: config.primary.host,
      port: config.primary.port,
      database: config.databaseName,
      user: config.admin.user,
      password: config.admin.password,
      ssl: config.tls,
      connectionTimeoutMillis: 5_000,
      application_name: "twinstack-migrate",
    });
    // A connection that is lost fails the statement under way; this only keeps the loss from ending the process first.
    client.on("error", (error) => logger.warn("connection lost", { error }));
    try {
      await client.connect();
      return client;
    } catch (error) {
      const refused = error instanceof pg.DatabaseError && REFUSED.test(error.code ?? "");
      if (refused || performance.now() > deadline) throw notUsable(config, error);
      logger.warn("waiting for the database", { error });
      await delay(PAUSE_MS);
    }
  }
}

function notUsable({ primary, databaseName, admin, startupSeconds }: MigrationConfig, cause: unknown): Error {
  return new Error(
    `The database could not be opened within ${startupSeconds} s: DATABASE_PRIMARY_HOST=${primary.host}, ` +
      `DATABASE_PRIMARY_PORT=${primary.port}, DATABASE_NAME=${databaseName}, DATABASE_ADMIN_USER=${admin.user}: ` +
      `${messageOf(cause)}. Look whether it runs, and whether its security group admits this pod.`,
    { cause },
  );
}
