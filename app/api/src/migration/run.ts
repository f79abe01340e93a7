import { readFile } from "node:fs/promises";
import { runner } from "node-pg-migrate";
import type pg from "pg";
import { contentVersion, quizzes } from "../../../content/index.ts";
import { parseContent } from "../features/quizzes/content.ts";
import type { Logger } from "../logging.ts";
import type { MigrationConfig } from "./config.ts";
import { connectAdmin } from "./connect.ts";
import { loadContent } from "./load-content.ts";
import { dropUnfinishedIndexes, takeLock } from "./lock.ts";
import { OUTSIDE_TRANSACTION } from "./outside-transaction.ts";
import { READ_ONLY, READ_WRITE, ensureRoles } from "./roles.ts";

/**
 * Brings a database to what this release needs: roles, schema, content. Safe to run again, and by several at once:
 * one does the work, the others wait and find it done.
 */
export async function migrate(config: MigrationConfig, folder: string, logger: Logger): Promise<void> {
  const client = await connectAdmin(config, logger);
  try {
    await takeLock(client);
    // Rather fail and be tried again than hold up the release that serves.
    await client.query("SET lock_timeout = '4s'; SET statement_timeout = '120s'");
    await ensureRoles(client, {
      [READ_WRITE]: config.readWritePassword,
      [READ_ONLY]: config.readOnlyPassword,
    });
    await dropUnfinishedIndexes(client, logger);
    const applied = await applyMigrations(client, folder, logger);
    const content = await loadContent(client, contentVersion, parseContent(quizzes));
    logger.info("migrated", { applied, contentVersion, content });
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}

async function applyMigrations(
  client: pg.Client,
  folder: string,
  logger: Logger,
): Promise<readonly string[]> {
  const applied = await runner({
    dbClient: client,
    dir: folder,
    direction: "up",
    // A ".ts" beside the migrations is their lint.
    ignorePattern: String.raw`.*(?<!\.sql)`,
    migrationsSchema: "migrations",
    migrationsTable: "applied",
    createMigrationsSchema: true,
    // Each by itself: what went through stays when a later one fails.
    singleTransaction: false,
    // Ours is held already, and covers the roles and the content too.
    noLock: true,
    migrationLoaderStrategies: [{ extensions: [".sql"], loader: loadSql }],
    logger: {
      info: (message: string) => logger.debug(message),
      warn: (message: string) => logger.warn(message),
      error: (message: string) => logger.error(message),
    },
  });
  return applied.map(({ name }) => name);
}

type Loader = NonNullable<Parameters<typeof runner>[0]["migrationLoaderStrategies"]>[number]["loader"];

const loadSql: Exclude<Loader, string> = (paths) =>
  Promise.all(
    paths.map(async (path) => {
      const sql = await readFile(path, "utf8");
      return {
        id: path,
        filePaths: [path],
        actions: {
          up: (builder: { sql(text: string): void; noTransaction(): void }) => {
            if (sql.startsWith(OUTSIDE_TRANSACTION)) builder.noTransaction();
            builder.sql(sql);
          },
          // A contract is a migration of its own, in a later release.
          down: false as const,
        },
      };
    }),
  );
