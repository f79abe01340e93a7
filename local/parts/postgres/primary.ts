import { withSession } from "./admin.ts";
import { archiveCommandOf } from "./backups.ts";
import { ensureHost, ensureServer } from "./ensure-server.ts";
import { dropSlotsExcept, replicationPassword } from "./replication.ts";
import { isRecovering, prepareRestore, recover } from "./restore.ts";
import { ensureRoles } from "./roles.ts";
import { hasData, makeData } from "./seed.ts";
import { isRunning, removeServer } from "./server.ts";
import { leaderOf } from "./site.ts";
import { becameSynchronous, canTakeOver, ensureStandby, isStreaming, withoutSynchrony } from "./standby.ts";
import type { InstanceInput } from "./instance-input.ts";
import type { InstanceRecord, Node } from "./record.ts";
import type { Leader } from "./replication.ts";
import type { Progress, Site } from "./site.ts";

const PROMOTE_S = 60;

/** Removes servers that are none of the instance's any more. Nothing else may happen before. */
export async function removeDiscarded(site: Site, record: InstanceRecord): Promise<InstanceRecord> {
  if (record.discarded.length === 0) return record;
  for (const host of record.discarded) {
    await site.copies.cancel(host);
    await removeServer(site.machine, host);
  }
  const next = { ...record, discarded: [] };
  site.records.put(next);
  return next;
}

/**
 * Makes the standby the primary, if it has every acknowledged commit and answers. The record changes first: whoever
 * goes on from it ends the old primary for good before the new one may take writes.
 */
export async function failOver(
  site: Site,
  input: InstanceInput,
  record: InstanceRecord,
): Promise<InstanceRecord> {
  const { standby, ...rest } = record;
  if (standby === undefined || !(await canTakeOver(site, record))) return record;
  site.log(`${input.identifier}: failing over from ${record.primary.zone} to ${standby.zone}`);
  const next = {
    ...rest,
    primary: standby,
    synchronous: false,
    discarded: [...record.discarded, record.primary.host],
  };
  site.records.put(next);
  return removeDiscarded(site, next);
}

/** The primary as it is to be, its endpoint's name, and its standby. `anew`: the standby is to be another one. */
export async function ensurePrimary(
  site: Site,
  input: InstanceInput,
  given: InstanceRecord,
  anew: boolean,
): Promise<Progress> {
  const { machine } = site;
  const archiveCommand = await archiveCommandOf(site, input);
  await ensureHost(site, input, given.primary);
  await ensureData(site, input, given.primary);
  const primary = ({ primary: node }: InstanceRecord, synchronousStandby?: string): Promise<void> =>
    ensureServer(site, input, {
      node,
      access: "clients",
      ...(synchronousStandby === undefined ? {} : { synchronousStandby }),
      ...(archiveCommand === undefined ? {} : { archiveCommand }),
    });
  let record = given;
  if (record.synchronous && !(await follows(site, record))) record = withoutSynchrony(site, record);
  // It may have found its way since that was decided.
  if (!input.multiAz || (anew && !(await follows(site, record)))) record = dismiss(site, record);
  await primary(record, record.synchronous ? record.standby?.host : undefined);
  await promote(site, record);
  const leader = leaderOf(site, record, input);
  if (leader === undefined) return "waits";
  await machine.dns.set(input.address, [leader.address]);
  await ensureRoles(machine, record.primary, {
    master: { username: input.username, password: input.password },
    databaseName: input.databaseName,
    replicationPassword: await replicationPassword(machine),
    statements: true,
  });
  record = await removeDiscarded(site, record);
  let copying = false;
  if (input.multiAz) ({ record, copying } = await ensureStandby(site, input, record, leader, archiveCommand));
  await forgetStrangers(site, record, leader);
  if (copying) return "copying";
  if (record.synchronous || record.standby === undefined) return "done";
  if (!(await isStreaming(site, leader, record.standby.host))) return "astray";
  await primary(record, record.standby.host);
  if (!(await becameSynchronous(site, leader, record.standby.host))) return "waits";
  site.records.put({ ...record, synchronous: true });
  return "done";
}

/** Data of its own: new and empty, or a backup's, brought to the time that was asked for. */
async function ensureData(site: Site, input: InstanceInput, primary: Node): Promise<void> {
  const { machine } = site;
  if (!hasData(machine, primary.host)) {
    if (!input.restore) return makeData(machine, primary.host);
    site.log(`${input.identifier}: restoring a backup of ${input.restore.sourceId ?? "nothing"}`);
    await prepareRestore(site, input.restore, primary.host);
  }
  if (input.restore && isRecovering(site, primary.host)) await recover(site, input, primary, input.restore);
}

/** A standby that does not follow any more would hold up every commit; nor may one be waited for at a start. */
async function follows(site: Site, { primary, standby }: InstanceRecord): Promise<boolean> {
  if (standby === undefined || !isRunning(site.machine, primary.host)) return false;
  return isStreaming(site, primary, standby.host);
}

/** Multi-AZ was turned off, or the standby cannot be brought back. */
function dismiss(site: Site, given: InstanceRecord): InstanceRecord {
  const { standby, ...record } = given;
  if (standby === undefined) return given;
  const next = { ...record, synchronous: false, discarded: [...record.discarded, standby.host] };
  site.records.put(next);
  return next;
}

/** After a failover or a restore: the server still follows, or recovers. */
async function promote(site: Site, { primary }: InstanceRecord): Promise<void> {
  await withSession(
    site.machine,
    primary,
    async (session) => {
      const [state] = await session.query("SELECT pg_is_in_recovery() AS follows");
      if (state?.["follows"] !== true) return;
      const [promoted] = await session.query("SELECT pg_promote(true, $1) AS done", [PROMOTE_S]);
      if (promoted?.["done"] !== true)
        throw new Error(`${primary.host} was not promoted within ${PROMOTE_S} s`);
    },
    { timeoutMs: PROMOTE_S * 1000 + 5000 },
  );
}

/** Slots of servers that follow no more. */
async function forgetStrangers(site: Site, record: InstanceRecord, leader: Leader): Promise<void> {
  const replicas = site.records.all().filter(({ source }) => source === record.id);
  const followers = [...replicas.map(({ primary }) => primary), ...(record.standby ? [record.standby] : [])];
  await dropSlotsExcept(
    site.machine,
    leader,
    followers.map(({ host }) => host),
  );
}
