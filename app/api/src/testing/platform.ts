import type { Certificates } from "./certificates.ts";
import { DATABASE, startPostgres } from "./postgres.ts";
import type { PostgresServer } from "./postgres.ts";
import { runMigration } from "./migrated.ts";
import { startRedis } from "./redis.ts";
import type { RedisServer } from "./redis.ts";
import { SECRETS, makeSecretsFolder } from "./secrets-folder.ts";

// Servers are started before the first test, maybe on a machine that has much else to do.
jest.setTimeout(120_000);

/** What the app stands on: a migrated database, replicas if asked for, cache and queue. */
export interface TestPlatform {
  /** For the API and the worker. */
  readonly env: Readonly<Record<string, string>>;
  readonly postgres: PostgresServer;
  readonly replicas: readonly PostgresServer[];
  readonly cache: RedisServer;
  readonly queue: RedisServer;
  remove(): Promise<void>;
}

export interface PlatformOptions {
  /** How many replicas; none by default. */
  readonly replicas?: number;
  /** Migrates with the built program in this folder, instead of its source. */
  readonly imageFolder?: string;
  /** Everything speaks TLS with these, and the programs check it; else nothing does. */
  readonly certificates?: Certificates;
}

export async function startPlatform({
  replicas: count = 0,
  imageFolder,
  certificates,
}: PlatformOptions = {}): Promise<TestPlatform> {
  const secrets = makeSecretsFolder();
  const [postgres, cache, queue] = await Promise.all([
    startPostgres(certificates),
    startRedis(SECRETS["cache-auth-token"], "allkeys-lru", certificates),
    startRedis(SECRETS["queue-auth-token"], "noeviction", certificates),
  ]);
  const { code, errors } = await runMigration(
    postgres.port,
    secrets.path,
    certificates && { ...verified(certificates), DATABASE_PRIMARY_HOST: "localhost" },
    imageFolder,
  );
  if (code !== 0) throw new Error(`The migration has failed:\n${errors}`);
  const replicas: PostgresServer[] = [];
  for (let index = 0; index < count; index += 1) replicas.push(await postgres.addReplica());
  return {
    postgres,
    replicas,
    cache,
    queue,
    env: {
      SECRETS_DIR: secrets.path,
      DATABASE_NAME: DATABASE,
      DATABASE_WRITER_HOST: "127.0.0.1",
      DATABASE_WRITER_PORT: `${postgres.port}`,
      DATABASE_READER_HOSTS: replicas.map(({ port }) => `127.0.0.1:${port}`).join(","),
      DATABASE_POOL_SIZE: "4",
      DATABASE_TLS: "off",
      CACHE_HOST: "127.0.0.1",
      CACHE_PORT: `${cache.port}`,
      QUEUE_HOST: "127.0.0.1",
      QUEUE_PORT: `${queue.port}`,
      CACHE_TLS: "off",
      STARTUP_SECONDS: "10",
      ...(certificates && {
        ...verified(certificates),
        ...{ DATABASE_WRITER_HOST: "localhost", CACHE_HOST: "localhost", QUEUE_HOST: "localhost" },
        DATABASE_READER_HOSTS: replicas.map(({ port }) => `localhost:${port}`).join(","),
      }),
    },
    remove: async () => {
      await Promise.all([postgres.remove(), cache.remove(), queue.remove()]);
      secrets.remove();
    },
  };
}

function verified({ authority }: Certificates): Readonly<Record<string, string>> {
  return { DATABASE_TLS: "verify", CACHE_TLS: "verify", NODE_EXTRA_CA_CERTS: authority };
}
