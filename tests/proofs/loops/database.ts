import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parts } from "../../../local/drill/restored-instance.ts";
import { InstanceRecords } from "../../../local/parts/postgres/record.ts";
import { stateDir } from "../../../local/paths.ts";
import { DeadlineError, until } from "../../../local/parts/host/until.ts";
import { onServer, pidOf } from "../../e2e/postgres.ts";
import type { InstanceRecord } from "../../../local/parts/postgres/record.ts";

const PROMOTED_MS = 90_000;
const FOLLOWED_MS = 300_000;
const ROWS = "proof_rows";

/** The platform's database as it is on record: its one instance that is no replica. */
function database(): InstanceRecord {
  const found = new InstanceRecords(parts).all().find(({ source }) => source === undefined);
  if (found === undefined) throw new Error("the platform has no database on record");
  return found;
}

/** Hosts that the primary streams to, each with `sync` or `async`. */
async function streams(primary: string): Promise<readonly string[]> {
  const rows = await onServer(
    primary,
    "SELECT application_name AS host, sync_state FROM pg_stat_replication WHERE state = 'streaming'",
    "postgres",
  );
  return rows.map(({ host, sync_state }) => `${String(host)} ${String(sync_state)}`).sort();
}

/** Hosts that ought to follow, as `streams` has them. */
function followers({ id, standby }: InstanceRecord): readonly string[] {
  const replicas = new InstanceRecords(parts).all().filter(({ source }) => source === id);
  return [
    ...(standby === undefined ? [] : [`${standby.host} sync`]),
    ...replicas.map(({ primary }) => `${primary.host} async`),
  ].sort();
}

/**
 * Resolves when the standby is synchronous and every replica follows, with how many there are. Rejects when that takes too long,
 * and when a copy found its slot in use: it must never happen.
 */
export async function allFollow(): Promise<string> {
  let seen: readonly string[] = [];
  await until("the standby and the replicas to follow", FOLLOWED_MS, async () => {
    const record = database();
    seen = await streams(record.primary.host).catch(() => []);
    return record.synchronous && record.standby !== undefined && sameList(seen, followers(record));
  }).catch((error: unknown) => {
    if (!(error instanceof DeadlineError)) throw error;
    const wanted = followers(database()).join(", ");
    throw new Error(`${error.message}: ${seen.join(", ") || "nobody"} followed, not ${wanted}`, {
      cause: error,
    });
  });
  const log = join(stateDir(), "log/region.log");
  if (existsSync(log) && /replication slot .* is active/.test(readFileSync(log, "utf8")))
    throw new Error('the region\'s log says "replication slot … is active"');
  return `a synchronous standby and ${seen.length - 1} replicas follow`;
}

const sameList = (one: readonly string[], other: readonly string[]): boolean => one.join() === other.join();

/** Kills the primary after an acknowledged write; resolves when the standby has taken over with it and all follow. */
export async function failOver(number: number): Promise<string> {
  await allFollow();
  const { primary, standby } = database();
  await onServer(primary.host, `CREATE TABLE IF NOT EXISTS ${ROWS} (n int PRIMARY KEY)`, "postgres");
  await onServer(primary.host, `INSERT INTO ${ROWS} VALUES (${number})`, "postgres");
  process.kill(await pidOf(`${primary.host}/postgres`), "SIGKILL");
  const begin = Date.now();
  await until(`${standby?.host ?? "the standby"} to take writes`, PROMOTED_MS, async () => {
    if (database().primary.host !== standby?.host) return false;
    const found = await onServer(standby.host, "SELECT pg_is_in_recovery() AS follows", "postgres").catch(
      () => [],
    );
    return found[0]?.["follows"] === false;
  });
  const promoted = Date.now() - begin;
  const rows = await onServer(database().primary.host, `SELECT n FROM ${ROWS} ORDER BY n`, "postgres");
  const missing = Array.from({ length: number }, (_, index) => index + 1).filter(
    (n) => !rows.some((row) => row["n"] === n),
  );
  if (missing.length > 0)
    throw new Error(`acknowledged rows are missing after the failover: ${missing.join(", ")}`);
  await allFollow();
  return `${standby?.host ?? ""} promoted after ${(promoted / 1000).toFixed(1)} s`;
}
