import { existsSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../host/until.ts";
import { withSession } from "./admin.ts";
import { takeBaseBackup } from "./base-backup.ts";
import { backupLayout } from "./layout.ts";
import { openPath, runAsOwner } from "./program.ts";
import { ownFolder } from "./server-files.ts";
import type { InstanceInput } from "./instance-input.ts";
import type { Leader } from "./replication.ts";
import type { Server } from "./admin.ts";
import type { Site } from "./site.ts";
import type { Machine } from "../machine.ts";

const DAY_MS = 24 * 3600 * 1000;
const ARCHIVED_MS = 30_000;

/** Keeps a finished WAL segment; primary and standby may both bring the same one. Undefined without backups. */
export async function archiveCommandOf(site: Site, input: InstanceInput): Promise<string | undefined> {
  if (input.backupRetention === 0 || input.source) return undefined;
  const { wal } = backupLayout(site.machine, input.id);
  await openPath(site.machine);
  await ownFolder(site.machine, wal);
  const [kept, part] = [`'${wal}/%f'`, `'${wal}/%f.part.'$$`];
  // A segment that was closed early is zeros for the most part: those take no room.
  return `test -f ${kept} || { cp --sparse=always %p ${part} && sync ${part} && mv ${part} ${kept}; }`;
}

/** A base backup, whole in itself: it holds the WAL of the time in which it was taken. */
export interface BaseBackup {
  readonly folder: string;
  /** When it was complete, in ms since 1970: the earliest time it can be brought to. */
  readonly endedAt: number;
}

/** Oldest first. A folder is named by its time; one that was cut off has another kind of name. */
export function baseBackups(machine: Pick<Machine, "dataDir">, instanceId: string): readonly BaseBackup[] {
  const { base } = backupLayout(machine, instanceId);
  if (!existsSync(base)) return [];
  return readdirSync(base)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ folder: join(base, name), endedAt: Number(name) }))
    .sort((one, other) => one.endedAt - other.endedAt);
}

/** Copies a running primary, over the network as any follower would, into `target`. */
export async function copyWhole(machine: Machine, leader: Leader, target: string): Promise<void> {
  const part = `${target}.new`;
  // One that a killed region began may be ending just now.
  await rm(part, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  await openPath(machine);
  await ownFolder(machine, part);
  await takeBaseBackup(machine, leader, part, { host: leader.host, name: `backup-${leader.host}` });
  renameSync(part, target);
}

/** RDS takes one a day. */
export function isBackupDue(machine: Machine, input: InstanceInput): boolean {
  if (input.backupRetention === 0 || input.source) return false;
  const newest = baseBackups(machine, input.id).at(-1);
  return newest === undefined || Date.now() - newest.endedAt > DAY_MS;
}

/** Takes a base backup and forgets what the retention period does not need any more. */
export async function backUp(machine: Machine, input: InstanceInput, leader: Leader): Promise<void> {
  const { base } = backupLayout(machine, input.id);
  const part = join(base, "taken");
  await rm(part, { recursive: true, force: true });
  await copyWhole(machine, leader, part);
  renameSync(part, join(base, String(Date.now())));
  await prune(machine, input.id, Date.now() - input.backupRetention * DAY_MS);
}

/** Keeps what is needed to bring the database to any time since `from`. */
export async function prune(machine: Machine, instanceId: string, from: number): Promise<void> {
  const backups = baseBackups(machine, instanceId);
  const needed = backups.findLastIndex(({ endedAt }) => endedAt <= from);
  for (const { folder } of backups.slice(0, Math.max(needed, 0))) {
    await rm(folder, { recursive: true, force: true });
  }
  const oldest = backups[Math.max(needed, 0)];
  if (oldest === undefined) return;
  const label = readFileSync(join(oldest.folder, "backup_label"), "utf8");
  const first = /\(file ([0-9A-F]{24})\)/.exec(label)?.[1];
  if (first === undefined) throw new Error(`${oldest.folder}: its backup_label names no WAL file`);
  await runAsOwner(machine, "pg_archivecleanup", [backupLayout(machine, instanceId).wal, first]);
}

/** Everything that is committed by now is in the archive, and something later too: a recovery can stop between. */
export async function archiveUpToNow(machine: Machine, server: Server, instanceId: string): Promise<void> {
  const file = await withSession(machine, server, async (session) => {
    await session.query("SELECT pg_current_xact_id()");
    const [row] = await session.query("SELECT pg_walfile_name(pg_switch_wal()) AS file");
    return String(row?.["file"]);
  });
  const { wal } = backupLayout(machine, instanceId);
  await until(`the WAL segment ${file} to be archived`, ARCHIVED_MS, () => existsSync(join(wal, file)));
}
