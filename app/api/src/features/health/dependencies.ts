import type { Redis } from "ioredis";
import type { Database } from "../../database/database.ts";
import type { Dependency } from "./service.ts";

/** The writer and each reader; without a reader the writer reads. */
export function databaseDependencies({ writer, readers }: Database): readonly Dependency[] {
  const position = async (): Promise<string> => {
    const [row] = await writer.lend(({ query }) =>
      query<{ position: string }>("SELECT pg_current_wal_lsn()::text AS position"),
    );
    return row?.position ?? "0/0";
  };
  return [
    { name: writer.name, required: true, check: () => position().then(() => ({})) },
    ...readers.map(({ name, pool }) => ({
      name,
      required: false,
      check: async () => {
        // The replica's own answer counts, also when the writer does not tell how far it is behind.
        const written = await position().catch(() => undefined);
        const [row] = await pool.lend(({ query }) =>
          query<{ lag: number | null }>(
            `SELECT greatest(pg_wal_lsn_diff($1::pg_lsn, pg_last_wal_replay_lsn()), 0)::float8 AS lag`,
            [written ?? null],
          ),
        );
        return row === undefined || row.lag === null ? {} : { lagBytes: row.lag };
      },
    })),
  ];
}

/** Cache or queue: the app answers without either. */
export function redisDependency(name: string, redis: Redis): Dependency {
  return {
    name,
    required: false,
    check: async () => {
      await redis.ping();
      return {};
    },
  };
}
