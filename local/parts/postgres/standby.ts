import { until } from "../host/until.ts";
import { withSession } from "./admin.ts";
import { ensureHost, ensureServer } from "./ensure-server.ts";
import { whilePassing } from "./passing.ts";
import { ensureSlot, streamTo } from "./replication.ts";
import { copyData, hasData } from "./seed.ts";
import { nextNode, placeApart } from "./site.ts";
import type { InstanceInput } from "./instance-input.ts";
import type { InstanceRecord } from "./record.ts";
import type { Server } from "./admin.ts";
import type { Leader } from "./replication.ts";
import type { Site } from "./site.ts";

const SYNCHRONOUS_MS = 5000;

/** The Multi-AZ standby's server, made when there is none; the primary answers. `copying`: it has no data yet. */
export async function ensureStandby(
  site: Site,
  input: InstanceInput,
  given: InstanceRecord,
  leader: Leader,
  archiveCommand: string | undefined,
): Promise<{ readonly record: InstanceRecord; readonly copying: boolean }> {
  const record = given.standby ? given : withStandby(site, input, given);
  const { standby } = record;
  if (standby === undefined) return { record, copying: false };
  await ensureHost(site, input, standby);
  await ensureSlot(site.machine, leader, standby.host);
  const begun = site.copies.state(standby.host) !== "none";
  if (begun || !hasData(site.machine, standby.host)) {
    if (!begun) site.log(`${input.identifier}: copying the primary to a standby in ${standby.zone}`);
    if ((await copyData(site, leader, standby.host)) === "copying") return { record, copying: true };
  }
  await ensureServer(site, input, {
    node: standby,
    leader,
    access: "none",
    ...(archiveCommand === undefined ? {} : { archiveCommand }),
  });
  return { record, copying: false };
}

function withStandby(site: Site, input: InstanceInput, record: InstanceRecord): InstanceRecord {
  const standby = nextNode(record, placeApart(site, input, [record.primary.zone]));
  const next = { ...record, standby, synchronous: false, next: record.next + 1 };
  site.records.put(next);
  return next;
}

/** Takes the standby out of service: before anything may be acknowledged without it, the record says so. */
export function withoutSynchrony(site: Site, record: InstanceRecord): InstanceRecord {
  if (!record.synchronous) return record;
  const next = { ...record, synchronous: false };
  site.records.put(next);
  return next;
}

/**
 * Resolves true when every commit that is answered from now on, and every one before, is on the standby too. The
 * primary's files tell it to wait for the standby; it does so once its checkpointer has read them. A session that is
 * opened after the postmaster's reading asks the checkpointer for its work, and it reads before it works. Rejects with what
 * does not pass by itself, e.g. a full disk.
 */
export async function becameSynchronous(site: Site, leader: Leader, standby: string): Promise<boolean> {
  const since = await withSession(site.machine, leader, async (session) => {
    const [now] = await session.query("SELECT clock_timestamp()::text AS now");
    await session.query("SELECT pg_reload_conf()");
    return now?.["now"];
  });
  return until("the standby to be synchronous", SYNCHRONOUS_MS, () =>
    withSession(site.machine, leader, async (session) => {
      const [read] = await session.query("SELECT pg_conf_load_time() >= $1::timestamptz AS anew", [since]);
      if (read?.["anew"] !== true) return false;
      await session.query("CHECKPOINT");
      const [position] = await session.query("SELECT pg_current_wal_flush_lsn()::text AS lsn");
      const [arrived] = await session.query(
        "SELECT 1 FROM pg_stat_replication WHERE application_name = $1 AND state = 'streaming' " +
          "AND sync_state = 'sync' AND flush_lsn >= $2::pg_lsn",
        [standby, position?.["lsn"]],
      );
      return arrived !== undefined;
    }),
  ).then(() => true, whilePassing(false));
}

export async function isStreaming(site: Site, leader: Server, follower: string): Promise<boolean> {
  return (await streamTo(site.machine, leader, follower)) !== undefined;
}

/**
 * Whether the standby answers as one that can be promoted. Why it does not is a line in the log: the primary is brought back
 * where it is instead.
 */
export async function canTakeOver(site: Site, record: InstanceRecord): Promise<boolean> {
  const { standby } = record;
  if (standby === undefined || !record.synchronous) return false;
  return withSession(
    site.machine,
    standby,
    async (session) =>
      (await session.query("SELECT pg_is_in_recovery() AS follows"))[0]?.["follows"] === true,
    { timeoutMs: 2000 },
  ).catch((error: unknown) => {
    site.log(`${record.id}: its standby ${standby.host} cannot take over: ${(error as Error).message}`);
    return false;
  });
}
