import type * as pulumi from "@pulumi/pulumi";

/** What a group is for. Their eviction policies exclude each other: one forgets to make room, the other may not. */
export type CacheRole = "cache" | "queue";
export const CACHE_ROLES: readonly CacheRole[] = ["cache", "queue"];

export const CACHE_PORT = 6379;

export interface CacheGroupOptions {
  /** e.g. `cache.t4g.small`. */
  readonly nodeType: string;
  /** 1–6: a primary and its replicas. From 2 on they are spread over the zones and fail over by themselves. */
  readonly nodes: number;
  /** Days a daily snapshot is kept, 0–35; 0 takes none. */
  readonly snapshotRetentionDays: number;
}

export interface CacheArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Isolated subnets; in two zones at least where a group has replicas. Another list replaces nothing. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** The cluster's security group, which its pods carry: they alone may connect. */
  readonly clusterSecurityGroupId: pulumi.Input<string>;
  /** KMS key of the data at rest and of the tokens' secrets. Another key replaces both groups: their data are lost. */
  readonly dataKeyArn: pulumi.Input<string>;
  /** KMS key of the log groups, with a policy that admits CloudWatch Logs. */
  readonly logKeyArn: pulumi.Input<string>;
  /** From Valkey back to Redis OSS replaces both groups: their data are lost. */
  readonly engine: "valkey" | "redis";
  /** `<major>.<minor>`, e.g. `7.2`. An older one replaces both groups: their data are lost. */
  readonly engineVersion: string;
  readonly groups: Readonly<Record<CacheRole, CacheGroupOptions>>;
  /** Days the logs of slow commands are kept, one of CloudWatch's values; default: they are not delivered. */
  readonly slowLogRetentionDays?: number | undefined;
  /** SNS topic told of failovers and other events; default none. */
  readonly notificationTopicArn?: pulumi.Input<string> | undefined;
  /** When AWS may change nodes, `ddd:hh:mm-ddd:hh:mm` UTC; default: AWS chooses. */
  readonly maintenanceWindow?: string | undefined;
  /** When a snapshot is taken, `hh:mm-hh:mm` UTC; default: AWS chooses. */
  readonly snapshotWindow?: string | undefined;
  /** Changes at once rather than in the next maintenance window, with a short break of connections. */
  readonly applyImmediately: boolean;
  /** Refuse to delete the groups until this is taken back. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** How to reach a group; TLS always. */
export interface CacheEndpoint {
  /** The primary, whichever node that is. */
  readonly host: pulumi.Output<string>;
  /** The replicas; the primary where there are none. */
  readonly readerHost: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Secret. */
  readonly authToken: pulumi.Output<string>;
  /** The secret that holds the token. */
  readonly secretArn: pulumi.Output<string>;
  readonly replicationGroupId: pulumi.Output<string>;
  /** Ids of the nodes, the `CacheClusterId` of their metrics. */
  readonly memberClusters: pulumi.Output<string[]>;
}
