import { Children, value } from "../testing/children.ts";
import { Cache } from "./cache.ts";
import { parameterFamily } from "./group.ts";
import type { CacheArgs } from "./options.ts";

const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup";
const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const PASSWORD = "random:index/randomPassword:RandomPassword";
const LOGS = "aws:cloudwatch/logGroup:LogGroup";

const ARGS: CacheArgs = {
  vpcId: "vpc-1",
  subnetIds: ["subnet-a", "subnet-b"],
  clusterSecurityGroupId: "sg-cluster",
  dataKeyArn: "arn:data-key",
  logKeyArn: "arn:log-key",
  engine: "valkey",
  engineVersion: "7.2",
  groups: {
    cache: { nodeType: "cache.t4g.small", nodes: 2, snapshotRetentionDays: 0 },
    queue: { nodeType: "cache.t4g.micro", nodes: 1, snapshotRetentionDays: 1 },
  },
  applyImmediately: false,
  protect: true,
  tags: { team: "a" },
};

/** As the engine is told that a value is secret. */
const secret = (plain: string): unknown => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value: plain,
});

async function make(change: Partial<CacheArgs> = {}) {
  const children = new Children((type, name) => {
    if (type === PASSWORD) return { result: `token-of-${name}` };
    if (type !== GROUP) return {};
    return {
      primaryEndpointAddress: `master.${name}`,
      readerEndpointAddress: `replica.${name}`,
      memberClusters: [`${name}-001`],
    };
  });
  const cache = new Cache("redis", { ...ARGS, ...change }, children.options);
  return { cache, children: await children.all() };
}

describe("Cache", () => {
  it("makes these children and no other", async () => {
    const { children } = await make();
    const both = (type: string): string[] => ["cache", "queue"].map((role) => `${type} redis-${role}`);
    expect(Object.keys(children).sort()).toEqual(
      [
        "aws:ec2/securityGroup:SecurityGroup redis",
        "aws:elasticache/subnetGroup:SubnetGroup redis",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule redis-from-cluster",
        "twinstack:cache:Cache redis",
        ...[GROUP, PARAMETERS, SECRET, VERSION, PASSWORD].flatMap(both),
      ].sort(),
    );
  });

  it("admits the cluster's pods on one port, and lets the nodes reach nothing", async () => {
    const { children } = await make();
    expect(children["aws:ec2/securityGroup:SecurityGroup redis"]?.inputs).toEqual({
      vpcId: "vpc-1",
      description: "Cache and queue",
      tags: { team: "a", Name: "redis" },
    });
    const rule = children["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule redis-from-cluster"];
    expect(rule?.inputs).toEqual({
      securityGroupId: "redis-id",
      description: "Redis from the pods",
      ipProtocol: "tcp",
      fromPort: 6379,
      toPort: 6379,
      referencedSecurityGroupId: "sg-cluster",
    });
    expect(children["aws:elasticache/subnetGroup:SubnetGroup redis"]?.inputs).toEqual({
      description: "Isolated data subnets",
      subnetIds: ["subnet-a", "subnet-b"],
      tags: { team: "a" },
    });
  });

  it("spreads a group with replicas, encrypted on both ways, behind its token", async () => {
    const { children } = await make();
    const group = children[`${GROUP} redis-cache`];
    expect(group?.inputs).toEqual({
      description: "Cache: evicts what was used least recently",
      engine: "valkey",
      engineVersion: "7.2",
      nodeType: "cache.t4g.small",
      numCacheClusters: 2,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      port: 6379,
      transitEncryptionEnabled: true,
      atRestEncryptionEnabled: true,
      kmsKeyId: "arn:data-key",
      snapshotRetentionLimit: 0,
      applyImmediately: false,
      authToken: secret("token-of-redis-cache"),
      parameterGroupName: "redis-cache",
      securityGroupIds: ["redis-id"],
      subnetGroupName: "redis",
      tags: { team: "a" },
    });
    expect(group?.options.protect).toBe(true);
    expect(children[`${GROUP} redis-queue`]?.inputs).toMatchObject({
      numCacheClusters: 1,
      automaticFailoverEnabled: false,
      multiAzEnabled: false,
      snapshotRetentionLimit: 1,
      authToken: secret("token-of-redis-queue"),
      parameterGroupName: "redis-queue",
    });
  });

  it("evicts in the cache and never in the queue", async () => {
    const { children } = await make();
    const inputs = (role: string): unknown => children[`${PARAMETERS} redis-${role}`]?.inputs;
    expect(inputs("cache")).toEqual({
      description: "Cache: evicts what was used least recently",
      family: "valkey7",
      parameters: [{ name: "maxmemory-policy", value: "allkeys-lru" }],
      tags: { team: "a" },
    });
    expect(inputs("queue")).toMatchObject({
      parameters: [{ name: "maxmemory-policy", value: "noeviction" }],
    });
    expect(parameterFamily({ engine: "redis", engineVersion: "7.1" })).toBe("redis7");
    expect(parameterFamily({ engine: "valkey", engineVersion: "8.0" })).toBe("valkey8");
  });

  it("keeps a token of letters and digits a group, in an encrypted secret", async () => {
    const { children, cache } = await make();
    expect(children[`${PASSWORD} redis-queue`]?.inputs).toEqual({ length: 48, special: false });
    expect(children[`${SECRET} redis-queue`]?.inputs).toEqual({
      description: "AUTH token of the queue",
      kmsKeyId: "arn:data-key",
      recoveryWindowInDays: 30,
      tags: { team: "a" },
    });
    expect(children[`${SECRET} redis-queue`]?.options.protect).toBe(true);
    expect(children[`${VERSION} redis-queue`]?.inputs).toEqual({
      secretId: "redis-queue-id",
      secretString: secret("token-of-redis-queue"),
    });
    expect(await value(cache.queue.authToken)).toBe("token-of-redis-queue");
    expect(await value(cache.queue.secretArn)).toBe("arn:redis-queue");
  });

  it("says how to reach each group", async () => {
    const { cache } = await make();
    expect(await value(cache.cache.host)).toBe("master.redis-cache");
    expect(await value(cache.cache.readerHost)).toBe("replica.redis-cache");
    expect(await value(cache.cache.port)).toBe(6379);
    expect(await value(cache.queue.host)).toBe("master.redis-queue");
    expect(await value(cache.queue.replicationGroupId)).toBe("redis-queue-id");
    expect(await value(cache.queue.memberClusters)).toEqual(["redis-queue-001"]);
    expect(await value(cache.securityGroupId)).toBe("redis-id");
  });

  it("delivers slow logs, tells a topic and keeps to its windows only when asked", async () => {
    const { children } = await make({
      slowLogRetentionDays: 30,
      notificationTopicArn: "arn:topic",
      maintenanceWindow: "sun:04:00-sun:05:00",
      snapshotWindow: "02:00-03:00",
      applyImmediately: true,
      protect: false,
    });
    expect(children[`${LOGS} redis-cache-slow-log`]?.inputs).toEqual({
      retentionInDays: 30,
      kmsKeyId: "arn:log-key",
      tags: { team: "a" },
    });
    expect(children[`${GROUP} redis-cache`]?.inputs).toMatchObject({
      applyImmediately: true,
      logDeliveryConfigurations: [
        {
          destination: "redis-cache-slow-log",
          destinationType: "cloudwatch-logs",
          logFormat: "json",
          logType: "slow-log",
        },
      ],
      maintenanceWindow: "sun:04:00-sun:05:00",
      notificationTopicArn: "arn:topic",
      snapshotWindow: "02:00-03:00",
    });
    expect(children[`${GROUP} redis-cache`]?.options.protect).toBe(false);
    expect(children[`${SECRET} redis-cache`]?.inputs["recoveryWindowInDays"]).toBe(0);
  });
});
