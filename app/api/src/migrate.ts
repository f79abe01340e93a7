import { join } from "node:path";
import { ConfigError } from "./errors/config-error.ts";
import { createLogger } from "./logging.ts";
import { parseMigrationConfig } from "./migration/config.ts";
import { migrate } from "./migration/run.ts";

/** The release's migration Job: leaves with 0 when the database is what this release needs, else with 1. */
try {
  const config = parseMigrationConfig(process.env);
  const logger = createLogger(config);
  await migrate(config, config.migrationsFolder ?? join(import.meta.dirname, "migrations"), logger);
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
