import type * as pulumi from "@pulumi/pulumi";

/** A parameter of the DB parameter group. */
export interface Parameter {
  /** As PostgreSQL or RDS names it, e.g. `work_mem`. */
  readonly name: string;
  /** In the parameter's own unit, as RDS shows it; booleans are `0` and `1`. */
  readonly value: string;
  /** Static parameters wait for each instance's next restart. Default false. */
  readonly restart?: boolean | undefined;
}

/** What the environments set differently. */
export interface DatabaseOptions {
  /** First database of the instance. Replaces it, with all data. */
  readonly databaseName: string;
  /** Major version of PostgreSQL, e.g. `17`; RDS picks the minor one. A new one is an upgrade in place, with an outage. */
  readonly engineVersion: string;
  /** Refuses to go to another major version until this is set. Default false. */
  readonly allowMajorVersionUpgrade: boolean;
  /** Of primary and replicas, e.g. `db.m7g.large`. A change fails over (Multi-AZ) or restarts. */
  readonly instanceClass: string;
  /** GiB of gp3 storage, 20–65536. Grows only. */
  readonly allocatedStorageGiB: number;
  /** GiB up to which RDS grows the storage by itself; 0: never. */
  readonly maxAllocatedStorageGiB: number;
  /** A synchronous standby in another zone, which takes over by itself and cannot be read. */
  readonly multiAz: boolean;
  /** Asynchronous replicas for reads, 0–5, spread over the zones. */
  readonly readReplicas: number;
  /** Days within which any second can be restored, 1–35; 0 turns backups off, and replicas need them. */
  readonly backupRetentionDays: number;
  /** UTC, e.g. `02:00-03:00`. */
  readonly backupWindow: string;
  /** UTC, e.g. `sun:03:30-sun:04:30`; apart from the backup's. */
  readonly maintenanceWindow: string;
  /** Changes that restart take effect at once; else in the maintenance window. */
  readonly applyImmediately: boolean;
  /** Keep a snapshot when the database is deleted. It costs until somebody deletes it. */
  readonly finalSnapshot: boolean;
  /** Seconds between the operating system's figures (Enhanced Monitoring); 0: none. */
  readonly monitoringIntervalSeconds: number;
  /** Waits and top queries of the last 7 days (Performance Insights). */
  readonly performanceInsights: boolean;
  /** Days the logs are kept: one of CloudWatch's values. */
  readonly logRetentionDays: number;
  /** Milliseconds from which a statement is logged, with its text. */
  readonly slowQueryMillis: number;
  /** Added to the component's own, or in place of one of the same name. */
  readonly parameters: readonly Parameter[];
  /** Seconds without a byte after which the pooler closes a client's connection, 1–28800. */
  readonly poolerIdleSeconds: number;
}

export interface DatabaseArgs extends DatabaseOptions {
  /**
   * Identifier of the primary in RDS and of the pooler, unique in account and region: at most 50 of a-z, 0-9 and -.
   * Replicas are `<identifier>-replica-1` and so on. A change renames, and the endpoints with it.
   */
  readonly identifier: string;
  /** AWS region, e.g. `eu-central-1`. */
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
  /** Isolated subnets, one a zone in the order of `zones`. */
  readonly subnetIds: pulumi.Input<string>[];
  /** Zones of the subnets, at least two. Replicas keep the zone they were made in. */
  readonly zones: readonly string[];
  /** The group of the clients: the cluster's, which pods carry. */
  readonly clusterSecurityGroupId: pulumi.Input<string>;
  /** Encrypts storage, snapshots, secrets and Performance Insights. Replaces the instances, with all data. */
  readonly dataKeyArn: pulumi.Input<string>;
  /** Encrypts the log groups. */
  readonly logKeyArn: pulumi.Input<string>;
  /** Refuse to delete the primary, in Pulumi and in RDS, until this is taken back. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export const PORT = 5432;

/** Master user: migrations and operators. The app never connects as it. */
export const ADMIN_USER = "twinstack_admin";
/** The app's own, made by the migration Job. */
export const READ_WRITE_USER = "app_rw";
export const READ_ONLY_USER = "app_ro";
