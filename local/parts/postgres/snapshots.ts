import { existsSync } from "node:fs";
import { AwsError } from "../../aws/model.ts";
import { flag, text } from "../../aws/services/fields.ts";
import { copyWhole } from "./backups.ts";
import { snapshotFolder } from "./layout.ts";
import type { StoredResource } from "../../region/protocol.ts";
import type { InstanceRecord } from "./record.ts";
import type { Leader } from "./replication.ts";
import type { Site } from "./site.ts";

/**
 * What is kept of an instance that is deleted: a base backup in the region's folder, which goes with it (`make down`).
 * Nothing for a replica, for one that was never whole, or when the program skips it.
 */
export async function takeFinalSnapshot(
  site: Site,
  { outputs }: StoredResource,
  record: InstanceRecord,
  leader: Leader | undefined,
): Promise<void> {
  const identifier = text(outputs, "finalSnapshotIdentifier")?.toLowerCase();
  if (identifier === undefined || flag(outputs, "skipFinalSnapshot") === true) return;
  if (record.source !== undefined || record.whole !== true || record.finalSnapshot === identifier) return;
  const target = snapshotFolder(site.machine, identifier);
  if (existsSync(target)) {
    throw new AwsError(
      "DBSnapshotAlreadyExists",
      `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
    );
  }
  if (leader === undefined) {
    throw new AwsError(
      "InvalidDBInstanceState",
      `finalSnapshotIdentifier: ${record.id} is not there to be copied; set skipFinalSnapshot to delete it without`,
    );
  }
  await copyWhole(site.machine, leader, target);
  site.records.put({ ...record, finalSnapshot: identifier });
}
