import { z } from "zod";
import {
  host,
  identifier,
  oneOf,
  readEnvironment,
  readSecrets,
  remotePort,
  secretsFolder,
  text,
  tlsMode,
  wholeNumber,
} from "../config-fields.ts";
import type { Environment } from "../config-fields.ts";
import { releaseFields, toRelease } from "../config.ts";
import type { Release } from "../config.ts";
import type { Credentials, Endpoint } from "../database/settings.ts";

const environment = z.object({
  ...releaseFields,
  LOG_LEVEL: oneOf(["error", "warn", "info", "debug"], "info"),
  MIGRATIONS_DIR: text(/^.{1,4096}$/, "the folder of the migrations, or leave it out", ""),
  STARTUP_SECONDS: wholeNumber(1, 600, "seconds", 45),
  SECRETS_DIR: secretsFolder,
  DATABASE_PRIMARY_HOST: host("primary.example.com"),
  DATABASE_PRIMARY_PORT: remotePort(5432),
  DATABASE_NAME: identifier("the database's name", "twinstack"),
  DATABASE_ADMIN_USER: identifier("the master user", "twinstack_admin"),
  DATABASE_TLS: tlsMode,
});

/** What the migration Job is told. The roles' names are fixed: the migrations grant to them. */
export interface MigrationConfig {
  readonly release: Release;
  readonly logLevel: "error" | "warn" | "info" | "debug";
  /** Folder of the migrations; undefined: `migrations` beside the program. */
  readonly migrationsFolder: string | undefined;
  /** Seconds the database may take to answer. Default 45. */
  readonly startupSeconds: number;
  /** The instance itself, not its pooler: locks of a session need the session. */
  readonly primary: Endpoint;
  readonly databaseName: string;
  readonly admin: Credentials;
  readonly readWritePassword: string;
  readonly readOnlyPassword: string;
  readonly tls: boolean;
}

/** @throws ConfigError naming every variable and file that is wrong, its value and what to write instead. */
export function parseMigrationConfig(env: Environment): MigrationConfig {
  const values = readEnvironment(environment, env);
  const secrets = readSecrets(values.SECRETS_DIR, [
    "database-admin-password",
    "database-rw-password",
    "database-ro-password",
  ]);
  return {
    release: toRelease(values),
    logLevel: values.LOG_LEVEL,
    migrationsFolder: values.MIGRATIONS_DIR === "" ? undefined : values.MIGRATIONS_DIR,
    startupSeconds: values.STARTUP_SECONDS,
    primary: { host: values.DATABASE_PRIMARY_HOST, port: values.DATABASE_PRIMARY_PORT },
    databaseName: values.DATABASE_NAME,
    admin: { user: values.DATABASE_ADMIN_USER, password: secrets["database-admin-password"] },
    readWritePassword: secrets["database-rw-password"],
    readOnlyPassword: secrets["database-ro-password"],
    tls: values.DATABASE_TLS === "verify",
  };
}
