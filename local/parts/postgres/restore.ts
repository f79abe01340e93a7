import { existsSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../../aws/model.ts";
import { INSTANCE } from "../../aws/services/rds/references.ts";
import { until } from "../host/until.ts";
import { withSession } from "./admin.ts";
import { archiveUpToNow, baseBackups } from "./backups.ts";
import { ensureServer } from "./ensure-server.ts";
import { backupLayout, nodeLayout } from "./layout.ts";
import { restoreData } from "./seed.ts";
import { answers } from "./server.ts";
import type { Settings } from "./configuration.ts";
import type { InstanceInput } from "./instance-input.ts";
import type { Node } from "./record.ts";
import type { Restore } from "./restore-input.ts";
import type { Site } from "./site.ts";

const RECOVERY_MS = 120_000;

/** Puts the newest base backup before that time into place. What was committed until now is archived first. */
export async function prepareRestore(site: Site, { sourceId, time }: Restore, host: string): Promise<void> {
  const { machine, account } = site;
  const source = account.get(INSTANCE, sourceId ?? "");
  const record = site.records.get(sourceId ?? "");
  if (!source || !record)
    throw new AwsError("DBInstanceNotFound", "restoreToPointInTime: its source is not there");
  const server = record.primary;
  // A source that is down cannot bring more than it has brought.
  if (await answers(machine, server)) await archiveUpToNow(machine, server, source.id);
  const backups = baseBackups(machine, source.id);
  const backup = backups.findLast(({ endedAt }) => time === undefined || endedAt <= time);
  if (backup === undefined) {
    const [first] = backups;
    const window = first
      ? `its backups begin at ${new Date(first.endedAt).toISOString()}`
      : "it has no base backup yet: the first one is taken as soon as it is made";
    throw new AwsError(
      "InvalidParameterValue",
      `restoreToPointInTime: ${source.id} cannot be restored to that time; ${window}`,
    );
  }
  await restoreData(machine, backup.folder, host);
}

/** A server whose recovery has not come to its end; PostgreSQL removes the file there. */
export function isRecovering(site: Site, host: string): boolean {
  return existsSync(join(nodeLayout(site.machine, host).data, "recovery.signal"));
}

/** Replays the archive up to the time that was asked for; resolves when the server takes writes. */
export async function recover(site: Site, input: InstanceInput, node: Node, restore: Restore): Promise<void> {
  await ensureServer(site, input, { node, access: "none", recovery: recoverySettings(site, restore) });
  await until(`the recovery of ${input.identifier}`, RECOVERY_MS, () =>
    withSession(site.machine, node, async (session) => {
      const [row] = await session.query("SELECT pg_is_in_recovery() AS recovers");
      return row?.["recovers"] === false;
    }),
  );
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
