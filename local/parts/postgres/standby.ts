import { until } from "../host/until.ts";
import { withSession } from "./admin.ts";
import { ensureHost, ensureServer } from "./ensure-server.ts";
import { ensureSlot, streamTo } from "./replication.ts";
import { copyData, hasData } from "./seed.ts";
import { nextNode, placeApart } from "./site.ts";
import type { InstanceInput } from "./instance-input.ts";
import type { InstanceRecord } from "./record.ts";
import type { Server } from "./admin.ts";
import type { Leader } from "./replication.ts";
import type { Site } from "./site.ts";

const SYNCHRONOUS_MS = 5000;

/** The Multi-AZ standby's server, made when there is none; the primary answers. */
export async function ensureStandby(
  site: Site,
  input: InstanceInput,
  given: InstanceRecord,
  leader: Leader,
  archiveCommand: string | undefined,
): Promise<InstanceRecord> {
  const record = given.standby ? given : withStandby(site, input, given);
  const { standby } = record;
  if (standby === undefined) return record;
  await ensureHost(site, input, standby);
  await ensureSlot(site.machine, leader, standby.host);
  if (!hasData(site.machine, standby.host)) {
    site.log(`${input.identifier}: copying the primary to a standby in ${standby.zone}`);
    await copyData(site.machine, leader, standby.host);
  }
  await ensureServer(site, input, {
    node: standby,
    leader,
    access: "none",
    ...(archiveCommand === undefined ? {} : { archiveCommand }),
  });
  return record;
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
 * opened after the postmaster's reading asks the checkpointer for its work, and it reads before it works.
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
  ).then(
    () => true,
    () => false,
  );
}

export async function isStreaming(site: Site, leader: Server, follower: string): Promise<boolean> {
  return (await streamTo(site.machine, leader, follower)) !== undefined;
}

/** Whether the standby answers as one that can be promoted. */
export async function canTakeOver(site: Site, record: InstanceRecord): Promise<boolean> {
  const { standby } = record;
  if (standby === undefined || !record.synchronous) return false;
  return withSession(
    site.machine,
    standby,
    async (session) =>
      (await session.query("SELECT pg_is_in_recovery() AS follows"))[0]?.["follows"] === true,
    { timeoutMs: 2000 },
  ).catch(() => false);
}
