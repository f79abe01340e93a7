import { readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { stateDir } from "../../local/paths.ts";
import { SUPERUSER } from "../../local/parts/postgres/admin.ts";
import { callRegion } from "../../local/region/client.ts";

export type Row = Readonly<Record<string, unknown>>;

/** A statement as the superuser, who comes through the socket on the host's own disk alone. */
export async function onServer(host: string, sql: string, database = "quiz"): Promise<readonly Row[]> {
  const client = new pg.Client({
    host: join(stateDir(), "postgres/nodes", host),
    user: SUPERUSER,
    database,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

export interface Servers {
  readonly primary: string;
  readonly standby: string;
  readonly replicas: readonly string[];
}

/**
 * Which hosts are what: the two of an instance share a prefix, and the one that recovers is the standby. A server that is
 * being made or removed is none of them yet, or any more. Rejects while no server takes writes.
 */
export async function servers(): Promise<Servers> {
  const hosts = readdirSync(join(stateDir(), "postgres/nodes")).sort();
  const found = { primary: "", standby: "", replicas: [] as string[] };
  for (const host of hosts) {
    const alone = hosts.filter((other) => instanceOf(other) === instanceOf(host)).length === 1;
    const recovering = await isRecovering(host);
    if (recovering === undefined) continue;
    if (!recovering) found.primary = host;
    else if (alone) found.replicas.push(host);
    else found.standby = host;
  }
  if (found.primary === "") throw new Error(`none of ${hosts.join(", ")} takes writes`);
  return found;
}

/** Undefined for a server that does not answer. */
async function isRecovering(host: string): Promise<boolean | undefined> {
  try {
    const [row] = await onServer(host, "SELECT pg_is_in_recovery() AS recovering", "postgres");
    return row?.["recovering"] === true;
  } catch {
    return undefined;
  }
}

const instanceOf = (host: string): string => host.slice(0, host.lastIndexOf("-"));

/** The process of a part, by `<host>/<program>`. */
export async function pidOf(name: string): Promise<number> {
  const { hosts } = await callRegion("status", {});
  const found = hosts.flatMap(({ processes }) => processes).find((each) => each.name === name);
  if (found?.pid === undefined || !found.running) throw new Error(`${name} does not run`);
  return found.pid;
}
