import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AwsError } from "../../aws/model.ts";
import { text } from "../../aws/services/fields.ts";
import { INSTANCE } from "../../aws/services/rds/references.ts";
import { withSession } from "./admin.ts";
import { archiveUpToNow, baseBackups } from "./backups.ts";
import { ensureServer } from "./ensure-server.ts";
import { backupLayout, nodeLayout } from "./layout.ts";
import { whilePassing } from "./passing.ts";
import { Patience } from "./patience.ts";
import { restoreData } from "./seed.ts";
import { answers, isRunning, ready, recoveryWork } from "./server.ts";
import type { Account } from "../../aws/model.ts";
import type { StoredResource } from "../../region/protocol.ts";
import type { Machine } from "../machine.ts";
import type { BaseBackup } from "./backups.ts";
import type { Settings } from "./configuration.ts";
import type { InstanceInput } from "./instance-input.ts";
import type { Node } from "./record.ts";
import type { Restore } from "./restore-input.ts";
import type { Site } from "./site.ts";

/** A recovery takes as long as it takes; without getting on for so long it hangs. */
const RECOVERY_MS = 120_000;
const RECOVERED_EVERY_MS = 50;

/** The newest base backup before that time. Throws AwsError when there is none. */
export function backupFor(
  machine: Machine,
  account: Account,
  { sourceId, time }: Restore,
): BaseBackup & { readonly source: StoredResource } {
  const source = account.get(INSTANCE, sourceId ?? "");
  if (!source) throw new AwsError("DBInstanceNotFound", "restoreToPointInTime: its source is not there");
  const backups = baseBackups(machine, source.id);
  const backup = backups.findLast(({ endedAt }) => time === undefined || endedAt <= time);
  if (backup !== undefined) return { ...backup, source };
  const [first] = backups;
  const window = first
    ? `its backups begin at ${new Date(first.endedAt).toISOString()}`
    : "it has no base backup yet: the first one is taken as soon as it is made";
  throw new AwsError(
    "InvalidParameterValue",
    `restoreToPointInTime: ${text(source.outputs, "identifier") ?? source.id} cannot be restored to that time; ${window}`,
  );
}

/** Puts that base backup into place. What was committed until now is archived first. */
export async function prepareRestore(site: Site, restore: Restore, host: string): Promise<void> {
  const { machine, account } = site;
  const { folder, source } = backupFor(machine, account, restore);
  const server = site.records.get(source.id)?.primary;
  // A source that is down cannot bring more than it has brought.
  if (server && (await answers(machine, server))) await archiveUpToNow(machine, server, source.id);
  await restoreData(machine, folder, host);
}

/** A server whose recovery has not come to its end; PostgreSQL removes the file there. */
export function isRecovering(site: Site, host: string): boolean {
  return existsSync(join(nodeLayout(site.machine, host).data, "recovery.signal"));
}

/** Replays the archive up to the time that was asked for; resolves when the server takes writes. */
export async function recover(site: Site, input: InstanceInput, node: Node, restore: Restore): Promise<void> {
  await ensureServer(site, input, { node, access: "none", recovery: recoverySettings(site, restore) });
  const patience = new Patience(RECOVERY_MS);
  while (!(await hasRecovered(site, node))) {
    // It ends itself when the archive does not reach that time; its log says so.
    if (!isRunning(site.machine, node.host)) await ready(site.machine, node);
    patience.wait(recoveryWork(site.machine, node.host));
    if (patience.spent)
      throw new Error(`the recovery of ${input.identifier} has not got on for ${RECOVERY_MS / 1000} s`);
    await delay(RECOVERED_EVERY_MS);
  }
}

async function hasRecovered({ machine }: Site, node: Node): Promise<boolean> {
  return withSession(machine, node, async (session) => {
    const [row] = await session.query("SELECT pg_is_in_recovery() AS recovers");
    return row?.["recovers"] === false;
  }).catch(whilePassing(false));
}

function recoverySettings(site: Site, { sourceId, time }: Restore): Settings {
  const { wal } = backupLayout(site.machine, sourceId ?? "");
  return {
    restore_command: `test -f '${wal}/%f' && cp '${wal}/%f' '%p'`,
    recovery_target_timeline: "latest",
    recovery_target_action: "promote",
    ...(time === undefined ? {} : { recovery_target_time: timestamp(time) }),
  };
}

/** PostgreSQL knows no `T` and no `Z` in this setting. */
function timestamp(time: number): string {
  return new Date(time).toISOString().replace("T", " ").replace("Z", "+00");
}
