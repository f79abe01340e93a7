/** Where an instance's data comes from: nowhere, a source it replicates, or a backup it is restored from. */
import type { Json, JsonObject, StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { flag, number, object, text } from "../fields.ts";
import { checkUpgrade } from "./engine.ts";
import { findInstance, INSTANCE, requireInstance } from "./references.ts";

/** What a replica or a restored instance has of its source, whatever it was asked for. */
const INHERITED = ["dbName", "engine", "kmsKeyId", "storageEncrypted", "username"];

/** What it has of its source unless it was asked for something else. */
const DEFAULTED = ["allocatedStorage", "iops", "parameterGroupName", "storageThroughput", "storageType"];

function taken(source: StoredResource, keys: readonly string[]): Record<string, Json> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = source.outputs[key];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/** The given kmsKeyId or storageEncrypted of a copy must be its source's: a copy is encrypted as the source is. */
function checkEncryption(inputs: JsonObject, source: StoredResource): void {
  for (const key of ["kmsKeyId", "storageEncrypted"]) {
    const asked = inputs[key];
    if (asked === undefined || asked === source.outputs[key]) continue;
    throw new AwsError(
      "InvalidParameterCombination",
      `${key} of a copy in the same region must be that of its source ${text(source.outputs, "identifier") ?? ""} (${JSON.stringify(source.outputs[key])}), got ${JSON.stringify(asked)}`,
    );
  }
}

function replicaOf(inputs: JsonObject, account: Account, name: string): Record<string, Json> {
  const source = requireInstance(account, name);
  const identifier = text(source.outputs, "identifier") ?? "";
  if ((number(source.outputs, "backupRetentionPeriod") ?? 0) === 0) {
    throw new AwsError(
      "InvalidDBInstanceState",
      `Automated backups are not enabled for this database instance (${identifier}). To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.`,
    );
  }
  if (text(source.outputs, "replicateSourceDb") !== undefined) {
    throw new AwsError(
      "InvalidDBInstanceState",
      `${identifier} is a read replica itself: replicas of replicas are not modelled by the stand-in`,
    );
  }
  if (text(inputs, "dbSubnetGroupName") !== undefined) {
    throw new AwsError(
      "DBSubnetGroupNotAllowedFault",
      "The DB subnet group shouldn't be specified while creating read replicas that lie in the same region as the source instance.",
    );
  }
  checkEncryption(inputs, source);
  const running = text(source.outputs, "engineVersionActual") ?? "";
  const asked = text(inputs, "engineVersion");
  if (asked?.includes(".") === true)
    checkUpgrade(running, asked, flag(inputs, "allowMajorVersionUpgrade") ?? false);
  return {
    ...taken(source, [...INHERITED, "dbSubnetGroupName"]),
    ...taken(
      source,
      DEFAULTED.filter((key) => inputs[key] === undefined),
    ),
    engineVersion: asked ?? running,
    engineVersionActual: asked?.includes(".") === true ? asked : running,
    replicateSourceDb: name,
  };
}

function restoredFrom(inputs: JsonObject, account: Account, block: JsonObject): Record<string, Json> {
  const byId = text(block, "sourceDbiResourceId");
  const source = byId === undefined ? undefined : account.get(INSTANCE, byId);
  const name = text(block, "sourceDbInstanceIdentifier") ?? byId ?? "";
  const found = source ?? findInstance(account, name);
  if (!found) throw new AwsError("DBInstanceNotFound", `DBInstance ${name} not found.`);
  if ((number(found.outputs, "backupRetentionPeriod") ?? 0) === 0) {
    throw new AwsError(
      "PointInTimeRestoreNotEnabled",
      `${name} has no automated backups: its backup retention period is 0`,
    );
  }
  const time = text(block, "restoreTime");
  if (time !== undefined && !(Date.parse(time) <= Date.now())) {
    throw new AwsError(
      "InvalidParameterValue",
      `The time to restore to, ${time}, is not in the past; write a UTC time such as 2026-11-21T06:30:00Z`,
    );
  }
  checkEncryption(inputs, found);
  return {
    ...taken(found, INHERITED),
    ...taken(
      found,
      DEFAULTED.filter((key) => inputs[key] === undefined),
    ),
    engineVersion: text(found.outputs, "engineVersion") ?? "",
    engineVersionActual: text(found.outputs, "engineVersionActual") ?? "",
  };
}

/** Outputs that come from the source; none for an instance that begins empty. */
export function fromOrigin(inputs: JsonObject, account: Account): Record<string, Json> {
  const source = text(inputs, "replicateSourceDb");
  if (source !== undefined) return replicaOf(inputs, account, source);
  const block = object(inputs, "restoreToPointInTime");
  return block === undefined ? {} : restoredFrom(inputs, account, block);
}
