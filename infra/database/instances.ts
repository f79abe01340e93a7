import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { ADMIN_USER, PORT, type DatabaseArgs } from "./options.ts";

/** What every instance refers to. */
export interface InstanceParts {
  readonly parameterGroupName: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Input<string>;
  readonly monitoringRoleArn: pulumi.Input<string> | undefined;
}

export interface PrimaryParts extends InstanceParts {
  readonly subnetGroupName: pulumi.Input<string>;
  /** Secret. */
  readonly password: pulumi.Input<string>;
  /** Name of the last snapshot; undefined: none is made. */
  readonly finalSnapshotIdentifier: pulumi.Input<string> | undefined;
}

export const PRIMARY_LOGS = ["postgresql", "upgrade"];
export const REPLICA_LOGS = ["postgresql"];

function commonArgs(args: DatabaseArgs, parts: InstanceParts): aws.rds.InstanceArgs {
  return {
    instanceClass: args.instanceClass,
    storageType: "gp3",
    storageEncrypted: true,
    maxAllocatedStorage: args.maxAllocatedStorageGiB,
    parameterGroupName: parts.parameterGroupName,
    vpcSecurityGroupIds: [parts.securityGroupId],
    port: PORT,
    publiclyAccessible: false,
    caCertIdentifier: "rds-ca-rsa2048-g1",
    // Minor versions come by the maintenance window of whoever decided it, not by surprise.
    autoMinorVersionUpgrade: false,
    applyImmediately: args.applyImmediately,
    maintenanceWindow: args.maintenanceWindow,
    copyTagsToSnapshot: true,
    monitoringInterval: args.monitoringIntervalSeconds,
    ...(parts.monitoringRoleArn === undefined ? {} : { monitoringRoleArn: parts.monitoringRoleArn }),
    performanceInsightsEnabled: args.performanceInsights,
    ...(args.performanceInsights
      ? { performanceInsightsKmsKeyId: args.dataKeyArn, performanceInsightsRetentionPeriod: 7 }
      : {}),
  };
}

/** No zone is named: a failover moves the primary, and a named one would then replace it. */
export function primaryArgs(args: DatabaseArgs, parts: PrimaryParts): aws.rds.InstanceArgs {
  return {
    ...commonArgs(args, parts),
    identifier: args.identifier,
    engine: "postgres",
    engineVersion: args.engineVersion,
    allowMajorVersionUpgrade: args.allowMajorVersionUpgrade,
    allocatedStorage: args.allocatedStorageGiB,
    kmsKeyId: args.dataKeyArn,
    multiAz: args.multiAz,
    dbSubnetGroupName: parts.subnetGroupName,
    dbName: args.databaseName,
    username: ADMIN_USER,
    password: parts.password,
    backupRetentionPeriod: args.backupRetentionDays,
    backupWindow: args.backupWindow,
    enabledCloudwatchLogsExports: PRIMARY_LOGS,
    deletionProtection: args.protect,
    deleteAutomatedBackups: !args.protect,
    ...(parts.finalSnapshotIdentifier === undefined
      ? { skipFinalSnapshot: true }
      : { skipFinalSnapshot: false, finalSnapshotIdentifier: parts.finalSnapshotIdentifier }),
    tags: { ...args.tags, Name: args.identifier },
  };
}

/** Engine, users, key and subnets are the source's. RDS makes no snapshot of a replica. */
export function replicaArgs(
  args: DatabaseArgs,
  parts: InstanceParts,
  source: pulumi.Input<string>,
  index: number,
): aws.rds.InstanceArgs {
  const identifier = replicaIdentifier(args, index);
  return {
    ...commonArgs(args, parts),
    identifier,
    replicateSourceDb: source,
    availabilityZone: replicaZone(args.zones, index),
    multiAz: false,
    enabledCloudwatchLogsExports: REPLICA_LOGS,
    skipFinalSnapshot: true,
    tags: { ...args.tags, Name: identifier },
  };
}

/** Counted from 1, as people count them. */
export function replicaIdentifier({ identifier }: Pick<DatabaseArgs, "identifier">, index: number): string {
  return `${identifier}-replica-${index + 1}`;
}

/** From the second zone on: RDS likes to put a primary into the first. */
function replicaZone(zones: readonly string[], index: number): string {
  const zone = zones[(index + 1) % zones.length];
  if (zone === undefined) throw new Error("zones: a database needs at least one zone");
  return zone;
}
