import pg from "pg";
import { nodeLayout } from "./layout.ts";
import { writtenSettings } from "./written-settings.ts";
import type { Machine } from "../machine.ts";

/** RDS's own superuser has this name too. It has no password and may come through the Unix socket alone, as root. */
export const SUPERUSER = "rdsadmin";

const CONNECT_MS = 2000;
const QUERY_MS = 30_000;

export type Row = Readonly<Record<string, unknown>>;

/** One superuser's connection to a server of ours. */
export interface Session {
  query(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

export interface SessionOptions {
  readonly database?: string;
  /** For each statement; default 30 s. */
  readonly timeoutMs?: number;
}

export interface Server {
  readonly host: string;
}

/** Opens a session, does the work and closes it. Rejects within seconds when the server does not answer. */
export async function withSession<T>(
  machine: Pick<Machine, "dataDir">,
  { host }: Server,
  work: (session: Session) => Promise<T>,
  { database = "postgres", timeoutMs = QUERY_MS }: SessionOptions = {},
): Promise<T> {
  const client = new pg.Client({
    host: nodeLayout(machine, host).folder,
    // The one it was started with, in the socket's name; the resource may ask for another one by now.
    port: Number(writtenSettings(machine, host)["port"] ?? 5432),
    user: SUPERUSER,
    database,
    application_name: "twinstack region",
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: timeoutMs,
    // What the program's parameters forbid or log is not for the region's own statements.
    options: "-c statement_timeout=0 -c lock_timeout=0 -c log_min_duration_statement=-1",
  });
  // A server that dies ends its connections: the query under way says so.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work({
      query: async (sql, values = []) => (await client.query<Row>(sql, [...values])).rows,
    });
  } finally {
    // Not awaited: a server that has hung would never say goodbye.
    void client.end().catch(() => undefined);
  }
}
