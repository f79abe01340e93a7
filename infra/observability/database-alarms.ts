import type * as pulumi from "@pulumi/pulumi";
import type { Alarm, Metric } from "./alarm.ts";

/** Each with what it is for; the reason stands in the alarm too. */
export interface DatabaseThresholds {
  /** Percent of the processors, 1–100. Above it queries queue. */
  readonly cpuPercent: number;
  /** GiB. Below it there is no time left to find out what grows: a full disk stops the database. */
  readonly freeStorageGiB: number;
  /** Connections to an instance. Well below max_connections: at it new pods cannot start. */
  readonly connections: number;
  /** Seconds a replica is behind. Above it readers see old answers, and the app goes to the primary. */
  readonly replicaLagSeconds: number;
  /** Processor credits of a burstable class. At 0 it runs at a fraction of its speed. */
  readonly cpuCredits: number;
}

export interface WatchedDatabase {
  /** Identifier of the instance that takes the writes. */
  readonly primary: pulumi.Input<string>;
  /** Identifiers of its read replicas. */
  readonly replicas: readonly pulumi.Input<string>[];
  /** Whether the class is one of db.t…, which save up processor time and spend it. */
  readonly burstable: boolean;
}

const GIB = 1024 ** 3;

/** Source of the metrics: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
export function databaseAlarms(database: WatchedDatabase, thresholds: DatabaseThresholds): Alarm[] {
  return [
    ...instanceAlarms("database-primary", database.primary, database.burstable, thresholds),
    ...database.replicas.flatMap((replica, index) => {
      const name = `database-replica-${index + 1}`;
      return [
        ...instanceAlarms(name, replica, database.burstable, thresholds),
        lagAlarm(name, replica, thresholds),
      ];
    }),
  ];
}

function instanceAlarms(
  name: string,
  identifier: pulumi.Input<string>,
  burstable: boolean,
  thresholds: DatabaseThresholds,
): Alarm[] {
  const watch = (metric: string, statistic: Metric["statistic"]): Metric =>
    instanceMetric(identifier, metric, statistic);
  const alarms: Alarm[] = [
    {
      name: `${name}-cpu`,
      reason: "Queries queue for the processors: look for a slow query, or a larger class.",
      watch: watch("CPUUtilization", "Average"),
      is: "above",
      threshold: thresholds.cpuPercent,
      minutes: 10,
      withoutData: "missing",
    },
    {
      name: `${name}-storage`,
      reason:
        "The database stops when its disk is full: find what grows (tables, WAL of a replica that is away, logs).",
      watch: watch("FreeStorageSpace", "Minimum"),
      is: "below",
      threshold: Math.round(thresholds.freeStorageGiB * GIB),
      minutes: 5,
      withoutData: "missing",
    },
    {
      name: `${name}-connections`,
      reason:
        "Near max_connections new pods cannot connect: look for pools that are too large, or connections left open.",
      watch: watch("DatabaseConnections", "Maximum"),
      is: "above",
      threshold: thresholds.connections,
      minutes: 5,
      withoutData: "missing",
    },
  ];
  const credits: Alarm = {
    name: `${name}-credits`,
    reason:
      "Without credits a burstable class runs at a fraction of its speed: take a larger or another class.",
    watch: watch("CPUCreditBalance", "Minimum"),
    is: "below",
    threshold: thresholds.cpuCredits,
    minutes: 10,
    withoutData: "missing",
  };
  return burstable ? [...alarms, credits] : alarms;
}

function lagAlarm(name: string, identifier: pulumi.Input<string>, thresholds: DatabaseThresholds): Alarm {
  return {
    name: `${name}-lag`,
    reason:
      "The replica is behind, and the app reads from the primary meanwhile: look for a long query on the replica, or a burst of writes.",
    watch: instanceMetric(identifier, "ReplicaLag", "Average"),
    is: "above",
    threshold: thresholds.replicaLagSeconds,
    minutes: 5,
    withoutData: "missing",
  };
}

export function instanceMetric(
  identifier: pulumi.Input<string>,
  metric: string,
  statistic: Metric["statistic"],
): Metric {
  return { namespace: "AWS/RDS", metric, dimensions: { DBInstanceIdentifier: identifier }, statistic };
}
