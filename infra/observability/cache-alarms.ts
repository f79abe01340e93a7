import * as pulumi from "@pulumi/pulumi";
import type { Alarm, Metric } from "./alarm.ts";

export interface CacheThresholds {
  /** Percent of the one processor Redis uses, 1–100. Above it every command waits. */
  readonly engineCpuPercent: number;
  /** Percent of memory, 1–100. A full queue refuses jobs; a full cache forgets what is still wanted. */
  readonly memoryPercent: number;
  /** Seconds a replica is behind: what a failover then loses. */
  readonly replicationLagSeconds: number;
  /** Processor credits of a burstable class. */
  readonly cpuCredits: number;
}

/** A replication group as alarms need to know it. */
export interface WatchedCache {
  readonly groupId: pulumi.Input<string>;
  /** Primary and replicas together: ElastiCache names them `<group>-001` and so on. */
  readonly nodes: number;
  /** Whether the class is one of cache.t…. */
  readonly burstable: boolean;
}

/** Which of the two: the queue must never evict. */
export type CachePurpose = "cache" | "queue";

/** Of every node, since a failover changes which is the primary.
 * Source of the metrics: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html */
export function cacheAlarms(
  purpose: CachePurpose,
  cache: WatchedCache,
  thresholds: CacheThresholds,
): Alarm[] {
  return nodeIds(cache).flatMap((node, index) => {
    const name = `${purpose}-${index + 1}`;
    return [
      ...nodeAlarms(name, node, thresholds),
      ...(purpose === "queue" ? [evictionAlarm(name, node)] : []),
      ...(cache.nodes > 1 ? [lagAlarm(name, node, thresholds)] : []),
      ...(cache.burstable ? [creditAlarm(name, node, thresholds)] : []),
    ];
  });
}

/** Known before they are made: an alarm cannot be made from a list that only the group's creation tells. */
export function nodeIds({ groupId, nodes }: WatchedCache): pulumi.Output<string>[] {
  return Array.from(
    { length: nodes },
    (_, index) => pulumi.interpolate`${groupId}-${`${index + 1}`.padStart(3, "0")}`,
  );
}

function nodeAlarms(name: string, node: pulumi.Input<string>, thresholds: CacheThresholds): Alarm[] {
  return [
    {
      name: `${name}-cpu`,
      reason: "Redis does one command after the other: look for slow commands (SLOWLOG), or a larger class.",
      watch: nodeMetric(node, "EngineCPUUtilization", "Average"),
      is: "above",
      threshold: thresholds.engineCpuPercent,
      minutes: 10,
      withoutData: "missing",
    },
    {
      name: `${name}-memory`,
      reason:
        "A full queue refuses jobs, a full cache forgets: look for keys without expiry, or a larger class.",
      watch: nodeMetric(node, "DatabaseMemoryUsagePercentage", "Maximum"),
      is: "above",
      threshold: thresholds.memoryPercent,
      minutes: 10,
      withoutData: "missing",
    },
  ];
}

function lagAlarm(name: string, node: pulumi.Input<string>, thresholds: CacheThresholds): Alarm {
  return {
    name: `${name}-lag`,
    reason: "A failover now loses what the replica has not got: look for a burst of writes, or its network.",
    watch: nodeMetric(node, "ReplicationLag", "Average"),
    is: "above",
    threshold: thresholds.replicationLagSeconds,
    minutes: 5,
    // Only replicas have it.
    withoutData: "notBreaching",
  };
}

/** With noeviction there is none: the policy is not what it should be, and jobs are being lost. */
function evictionAlarm(name: string, node: pulumi.Input<string>): Alarm {
  return {
    name: `${name}-evictions`,
    reason: "The queue forgets jobs: its parameter group must say maxmemory-policy noeviction.",
    watch: nodeMetric(node, "Evictions", "Sum"),
    is: "above",
    threshold: 0,
    minutes: 1,
    withoutData: "notBreaching",
  };
}

function creditAlarm(name: string, node: pulumi.Input<string>, thresholds: CacheThresholds): Alarm {
  return {
    name: `${name}-credits`,
    reason:
      "Without credits a burstable class runs at a fraction of its speed: take a larger or another class.",
    watch: nodeMetric(node, "CPUCreditBalance", "Minimum"),
    is: "below",
    threshold: thresholds.cpuCredits,
    minutes: 10,
    withoutData: "missing",
  };
}

export function nodeMetric(
  node: pulumi.Input<string>,
  metric: string,
  statistic: Metric["statistic"],
): Metric {
  return { namespace: "AWS/ElastiCache", metric, dimensions: { CacheClusterId: node }, statistic };
}
