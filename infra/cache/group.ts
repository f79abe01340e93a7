import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { CACHE_PORT, type CacheArgs, type CacheEndpoint, type CacheRole } from "./options.ts";

export interface CachePlace {
  readonly subnetGroupName: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Input<string>;
}

const DESCRIPTIONS: Readonly<Record<CacheRole, string>> = {
  cache: "Cache: evicts what was used least recently",
  queue: "Job queue: never evicts",
};

const POLICIES: Readonly<Record<CacheRole, string>> = { cache: "allkeys-lru", queue: "noeviction" };

/** One replication group with its parameters, token, secret and log. */
export function createCacheGroup(
  child: string,
  role: CacheRole,
  place: CachePlace,
  args: CacheArgs,
  parent: pulumi.Resource,
): CacheEndpoint {
  const { authToken, secretArn } = createToken(child, role, args, parent);
  const parameters = new aws.elasticache.ParameterGroup(
    child,
    {
      description: DESCRIPTIONS[role],
      family: parameterFamily(args),
      parameters: [{ name: "maxmemory-policy", value: POLICIES[role] }],
      tags: args.tags,
    },
    { parent },
  );
  const slowLog = createSlowLog(child, args, parent);
  const group = new aws.elasticache.ReplicationGroup(
    child,
    {
      ...groupArgs(role, args),
      authToken,
      parameterGroupName: parameters.name,
      securityGroupIds: [place.securityGroupId],
      subnetGroupName: place.subnetGroupName,
      ...(slowLog ? { logDeliveryConfigurations: [slowLogDelivery(slowLog)] } : {}),
    },
    { parent, protect: args.protect },
  );
  return {
    host: group.primaryEndpointAddress,
    readerHost: group.readerEndpointAddress,
    port: group.port.apply((port) => port ?? CACHE_PORT),
    authToken,
    secretArn,
    replicationGroupId: group.id,
    memberClusters: group.memberClusters,
  };
}

/** `valkey7`, `redis7`, … https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html */
export function parameterFamily({
  engine,
  engineVersion,
}: Pick<CacheArgs, "engine" | "engineVersion">): string {
  return `${engine}${engineVersion.split(".")[0] ?? ""}`;
}

export function groupArgs(role: CacheRole, args: CacheArgs): aws.elasticache.ReplicationGroupArgs {
  const { nodeType, nodes, snapshotRetentionDays } = args.groups[role];
  const replicated = nodes > 1;
  return {
    description: DESCRIPTIONS[role],
    engine: args.engine,
    engineVersion: args.engineVersion,
    nodeType,
    numCacheClusters: nodes,
    automaticFailoverEnabled: replicated,
    multiAzEnabled: replicated,
    port: CACHE_PORT,
    transitEncryptionEnabled: true,
    atRestEncryptionEnabled: true,
    kmsKeyId: args.dataKeyArn,
    snapshotRetentionLimit: snapshotRetentionDays,
    applyImmediately: args.applyImmediately,
    ...(args.snapshotWindow === undefined ? {} : { snapshotWindow: args.snapshotWindow }),
    ...(args.maintenanceWindow === undefined ? {} : { maintenanceWindow: args.maintenanceWindow }),
    ...(args.notificationTopicArn === undefined ? {} : { notificationTopicArn: args.notificationTopicArn }),
    tags: args.tags,
  };
}

/** Letters and digits alone: ElastiCache takes no @ " or /, and a URL would have to escape others. */
function createToken(
  child: string,
  role: CacheRole,
  args: CacheArgs,
  parent: pulumi.Resource,
): Pick<CacheEndpoint, "authToken" | "secretArn"> {
  const token = new random.RandomPassword(child, { length: 48, special: false }, { parent });
  // Named by Pulumi: a deleted secret keeps its name for as long as it can be brought back.
  const secret = new aws.secretsmanager.Secret(
    child,
    {
      description: `AUTH token of the ${role}`,
      kmsKeyId: args.dataKeyArn,
      recoveryWindowInDays: args.protect ? 30 : 0,
      tags: args.tags,
    },
    { parent, protect: args.protect },
  );
  new aws.secretsmanager.SecretVersion(
    child,
    { secretId: secret.id, secretString: token.result },
    { parent },
  );
  return { authToken: token.result, secretArn: secret.arn };
}

function createSlowLog(
  child: string,
  args: CacheArgs,
  parent: pulumi.Resource,
): aws.cloudwatch.LogGroup | undefined {
  if (args.slowLogRetentionDays === undefined) return undefined;
  return new aws.cloudwatch.LogGroup(
    `${child}-slow-log`,
    { retentionInDays: args.slowLogRetentionDays, kmsKeyId: args.logKeyArn, tags: args.tags },
    { parent },
  );
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html */
function slowLogDelivery(
  group: aws.cloudwatch.LogGroup,
): aws.types.input.elasticache.ReplicationGroupLogDeliveryConfiguration {
  return {
    destination: group.name,
    destinationType: "cloudwatch-logs",
    logFormat: "json",
    logType: "slow-log",
  };
}
