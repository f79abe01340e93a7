import { UNKNOWN } from "../../../provider/provider.ts";
import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { resourceModel } from "../index.ts";
import { PARAMETER_GROUP, REPLICATION_GROUP, SUBNET_GROUP } from "./references.ts";
import { TWO_NODES } from "./testing.ts";

const TOKEN = "aVeryLongTokenThatNobodyGuesses00";

let account: MemoryAccount;
let vpc: StoredResource;
beforeEach(() => {
  account = new MemoryAccount();
  vpc = account.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
});

function subnets(...zones: string[]): string[] {
  return zones.map(
    (zone, index) =>
      account.make("aws:ec2/subnet:Subnet", {
        vpcId: vpc.id,
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `eu-central-1${zone}`,
      }).id,
  );
}
const subnetGroup = (...zones: string[]): StoredResource =>
  account.make(SUBNET_GROUP, { name: "data", subnetIds: subnets(...zones) });

const INPUTS = {
  replicationGroupId: "cache",
  description: "Cache",
  ...TWO_NODES,
  authToken: TOKEN,
};
const group = (more: JsonObject = {}): StoredResource =>
  account.make(REPLICATION_GROUP, { ...INPUTS, ...more });

describe("replication groups", () => {
  it("answers as ElastiCache does", () => {
    subnetGroup("a", "b");
    const { id, outputs } = group();
    expect(id).toBe("cache");
    expect(outputs).toMatchObject({
      arn: "arn:aws:elasticache:eu-central-1:000000000000:replicationgroup:cache",
      atRestEncryptionEnabled: false,
      clusterEnabled: false,
      configurationEndpointAddress: "",
      engineVersionActual: "7.0.7",
      memberClusters: ["cache-001", "cache-002"],
      parameterGroupName: "default.redis7",
      port: 6379,
      replicasPerNodeGroup: 1,
      securityGroupIds: [vpc.outputs["defaultSecurityGroupId"]],
      transitEncryptionMode: "required",
    });
    const primary = outputs["primaryEndpointAddress"] as string;
    expect(primary).toMatch(/^master\.cache\.[0-9a-f]{6}\.euc1\.cache\.amazonaws\.com$/);
    expect(outputs["readerEndpointAddress"]).toBe(primary.replace(/^master/, "replica"));
  });

  it("grows by members, and keeps its endpoints", () => {
    subnetGroup("a", "b");
    const made = group();
    const grown = account.update(made, { ...made.inputs, numCacheClusters: 3 });
    expect(grown.outputs["memberClusters"]).toEqual(["cache-001", "cache-002", "cache-003"]);
    expect(grown.outputs["replicasPerNodeGroup"]).toBe(2);
    expect(grown.outputs["primaryEndpointAddress"]).toBe(made.outputs["primaryEndpointAddress"]);
  });

  it("has one of an id, whatever the case", () => {
    subnetGroup("a", "b");
    group();
    expect(() => group({ replicationGroupId: "CACHE" })).toThrow(
      "Replication group with specified ID already exists: cache",
    );
  });

  it("spreads over zones only where there are two", () => {
    subnetGroup("a");
    expect(() => group()).toThrow("Multi-AZ needs a cache subnet group with subnets in at least two");
    expect(() => group({ multiAzEnabled: false })).not.toThrow();
  });

  it("takes a parameter group of its engine's family alone", () => {
    subnetGroup("a", "b");
    account.make(PARAMETER_GROUP, { name: "lru", family: "valkey7", parameters: [] });
    expect(() => group({ parameterGroupName: "lru" })).toThrow(
      "Expected a parameter group of family redis7 but found one of family valkey7",
    );
    expect(() => group({ parameterGroupName: "nowhere" })).toThrow("CacheParameterGroup not found: nowhere");
    const made = group({ engine: "valkey", engineVersion: "7.2", parameterGroupName: "lru" });
    expect(made.outputs).toMatchObject({ parameterGroupName: "lru", atRestEncryptionEnabled: true });
  });

  it.each([
    [{ subnetGroupName: "nowhere" }, "'nowhere' does not refer to an existing cache subnet group"],
    [{ kmsKeyId: "arn:aws:kms:x" }, "The KMS key arn:aws:kms:x does not exist or is not valid."],
    [{ notificationTopicArn: "arn:aws:sns:x" }, "The SNS topic arn:aws:sns:x does not exist."],
    [{ securityGroupIds: ["sg-1"] }, "The security group 'sg-1' does not exist"],
    [
      { preferredCacheClusterAzs: ["eu-central-1c", "eu-central-1a"] },
      "eu-central-1c is not among the zones",
    ],
    [
      { logDeliveryConfigurations: [{ destination: "slow", destinationType: "cloudwatch-logs" }] },
      "The CloudWatch Logs log group slow does not exist.",
    ],
  ])("refuses %j: nothing of that name is there", (more, message) => {
    subnetGroup("a", "b");
    expect(() => group(more)).toThrow(message);
  });

  it("holds on to its subnets, security groups, subnet group and parameter group", () => {
    const [first = ""] = texts(subnetGroup("a", "b"), "subnetIds");
    const guard = account.make("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id, name: "cache" });
    account.make(PARAMETER_GROUP, { name: "lru", family: "redis7", parameters: [] });
    const made = group({ parameterGroupName: "lru", securityGroupIds: [guard.id] });
    const removal = (type: string, id: string) => () => {
      const found = account.get(type, id);
      if (found) account.remove(found);
    };
    expect(removal("aws:ec2/subnet:Subnet", first)).toThrow("has dependencies and cannot be deleted.");
    expect(removal("aws:ec2/securityGroup:SecurityGroup", guard.id)).toThrow("dependent object");
    expect(removal(SUBNET_GROUP, "data")).toThrow("Cache subnet group data is currently in use by cache.");
    expect(removal(PARAMETER_GROUP, "lru")).toThrow("are still members of this parameter group lru");
    account.remove(made);
    expect(removal(SUBNET_GROUP, "data")).not.toThrow();
    expect(removal(PARAMETER_GROUP, "lru")).not.toThrow();
  });

  it("replaces where an engine would have to go back", () => {
    const replaces = (olds: JsonObject, news: JsonObject): readonly string[] | undefined =>
      resourceModel(REPLICATION_GROUP)?.replaces?.(olds, news);
    const [redis, valkey] = [
      { engine: "redis", engineVersion: "7.1" },
      { engine: "valkey", engineVersion: "7.2" },
    ];
    expect(replaces(redis, valkey)).toEqual([]);
    expect(replaces(valkey, redis)).toEqual(["engine"]);
    expect(replaces(redis, { engine: "redis", engineVersion: "7.0" })).toEqual(["engineVersion"]);
    expect(replaces(valkey, { engine: "valkey", engineVersion: "8.0" })).toEqual([]);
    const [older, newer] = [{ engineVersion: "7.2" }, { engineVersion: "7.10" }];
    expect([replaces(older, newer), replaces(newer, older)]).toEqual([[], ["engineVersion"]]);
  });

  it.each<[JsonObject, string, RegExp]>([
    [{ replicationGroupId: "1st" }, "replicationGroupId", /^must be 1 to 40 letters/],
    [{ replicationGroupId: "a--b" }, "replicationGroupId", /single hyphens/],
    [{ replicationGroupId: "a".repeat(41) }, "replicationGroupId", /^must be 1 to 40/],
    [{ description: "" }, "description", /not empty/],
    [{ engine: "memcached" }, "engine", /^must be one of redis, valkey, got "memcached"/],
    [{ engineVersion: "6.2" }, "engineVersion", /^of redis must be one of 7\.0, 7\.1, got "6\.2"/],
    [{ nodeType: "cache.m1.small" }, "nodeType", /^must be one of cache\.t3\.micro, /],
    [{ transitEncryptionEnabled: false }, "transitEncryptionEnabled", /AUTH token is only supported when/],
    [{ transitEncryptionMode: "preferred" }, "transitEncryptionMode", /not modelled by the stand-in/],
    [{ numCacheClusters: 1 }, "numCacheClusters", /^must be at least 2 if automaticFailoverEnabled/],
    [
      { automaticFailoverEnabled: false, numCacheClusters: 1 },
      "automaticFailoverEnabled",
      /^must be true if multiAzEnabled is true/,
    ],
    [{ automaticFailoverEnabled: false, multiAzEnabled: false }, "automaticFailoverEnabled", /with replicas/],
    [{ numCacheClusters: 7 }, "numCacheClusters", /^must be between 1 and 6, got 7/],
    [{ snapshotRetentionLimit: 36 }, "snapshotRetentionLimit", /^must be between 0 and 35/],
    [{ snapshotWindow: "3-4" }, "snapshotWindow", /^must be hh:mm-hh:mm .*, got "3-4"/],
    [{ snapshotWindow: "23:30-00:15" }, "snapshotWindow", /lasts 45$/],
    [{ maintenanceWindow: "sun:23:30-mon:00:00" }, "maintenanceWindow", /lasts 30$/],
    [
      { kmsKeyId: "arn:aws:kms:eu-central-1:000000000000:key/1" },
      "atRestEncryptionEnabled",
      /^must be true if/,
    ],
    [{ preferredCacheClusterAzs: ["eu-central-1a"] }, "preferredCacheClusterAzs", /each of the 2 nodes/],
    [{ authTokenUpdateStrategy: "KEEP" }, "authTokenUpdateStrategy", /^must be one of SET, ROTATE, DELETE/],
    [{ authTokenUpdateStrategy: "DELETE" }, "authTokenUpdateStrategy", /leave authToken out/],
    [{ clusterMode: "enabled" }, "clusterMode", /^must be one of disabled/],
  ])("refuses %j at the preview", (more, property, reason) => {
    const failures = check({ ...INPUTS, ...more });
    expect(failures).toHaveLength(1);
    expect(failures[0]?.property).toBe(property);
    expect(failures[0]?.reason).toMatch(reason);
  });

  it.each(["short", `${TOKEN}@`, `${TOKEN}/`, `${TOKEN}"`, `${TOKEN} x`, TOKEN.repeat(4)])(
    "refuses the token %j without showing it",
    (token) => {
      const [failure] = check({ ...INPUTS, authToken: token });
      expect(failure?.property).toBe("authToken");
      expect(failure?.reason).not.toContain(token);
    },
  );

  it("passes what is not known yet, and what is right", () => {
    expect(check(INPUTS)).toEqual([]);
    const unknown = { authToken: UNKNOWN, kmsKeyId: UNKNOWN, atRestEncryptionEnabled: UNKNOWN };
    expect(check({ ...INPUTS, ...unknown, subnetGroupName: UNKNOWN })).toEqual([]);
    expect(
      check({ ...INPUTS, snapshotWindow: "23:30-00:30", maintenanceWindow: "Sun:23:30-mon:00:30" }),
    ).toEqual([]);
  });

  it("delivers each log once, to CloudWatch", () => {
    const log = {
      destination: "x",
      destinationType: "cloudwatch-logs",
      logFormat: "json",
      logType: "slow-log",
    };
    const firehose = { ...log, destinationType: "kinesis-firehose", logType: "engine-log" };
    expect(check({ ...INPUTS, logDeliveryConfigurations: [log, log, firehose] })).toEqual([
      {
        property: "logDeliveryConfigurations[1].logType",
        reason: '"slow-log" is delivered twice, write each once',
      },
      {
        property: "logDeliveryConfigurations[2].destinationType",
        reason: 'only cloudwatch-logs is modelled by the stand-in, got "kinesis-firehose"',
      },
    ]);
  });
});

describe("parameter groups", () => {
  it.each([
    [[{ name: "appendonly", value: "no" }], /^"appendonly" is not a parameter that the stand-in models; it/],
    [
      [{ name: "maxmemory-policy", value: "lru" }],
      /^maxmemory-policy must be one of volatile-lru, .*, got "lru"/,
    ],
    [[{ name: "slowlog-max-len", value: "-1" }], /between 0 and 2147483647, got "-1"/],
    [[{ name: "timeout", value: "5" }], /^timeout cannot be "5"/],
  ])("refuses %j at the preview", (parameters, reason) => {
    const failures = check({ name: "lru", family: "redis7", parameters }, PARAMETER_GROUP);
    expect(failures).toEqual([
      { property: "parameters[0]", reason: expect.stringMatching(reason) as unknown },
    ]);
  });

  it("takes each parameter once", () => {
    const policy = { name: "maxmemory-policy", value: "noeviction" };
    const inputs = {
      name: "queue",
      family: "valkey7",
      parameters: [policy, { name: "timeout", value: "20" }],
    };
    expect(check(inputs, PARAMETER_GROUP)).toEqual([]);
    expect(check({ ...inputs, parameters: [policy, policy] }, PARAMETER_GROUP)).toEqual([
      { property: "parameters[1]", reason: '"maxmemory-policy" is given twice, write each once' },
    ]);
    expect(check({ ...inputs, family: "redis6.x" }, PARAMETER_GROUP)[0]?.reason).toMatch(/redis7, valkey7/);
  });

  it("has one of a name", () => {
    const made = account.make(PARAMETER_GROUP, { name: "Queue", family: "redis7" });
    expect(made).toMatchObject({
      id: "queue",
      outputs: { arn: "arn:aws:elasticache:eu-central-1:000000000000:parametergroup:queue" },
    });
    expect(() => account.make(PARAMETER_GROUP, { name: "queue", family: "redis7" })).toThrow(
      "already exists",
    );
  });
});

describe("subnet groups", () => {
  it("lies in one VPC", () => {
    const inside = subnetGroup("a", "b");
    expect(inside.outputs["vpcId"]).toBe(vpc.id);
    const other = account.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.1.0.0/16" });
    const away = account.make("aws:ec2/subnet:Subnet", { vpcId: other.id, cidrBlock: "10.1.0.0/24" });
    expect(() =>
      account.make(SUBNET_GROUP, { name: "two", subnetIds: [...texts(inside, "subnetIds"), away.id] }),
    ).toThrow("must belong to the same VPC");
  });

  it("refuses a reserved name and no subnet at all", () => {
    expect(check({ name: "Default", subnetIds: [] }, SUBNET_GROUP)).toEqual([
      { property: "name", reason: 'must be a name other than "default", which is reserved, got "Default"' },
      { property: "subnetIds", reason: "at least one subnet must be given, got none" },
    ]);
  });
});

function check(inputs: Readonly<Record<string, unknown>>, type = REPLICATION_GROUP) {
  return resourceModel(type)?.rules?.flatMap((rule) => rule.check(inputs)) ?? [];
}

function texts(resource: StoredResource, key: string): readonly string[] {
  return resource.outputs[key] as readonly string[];
}
