import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { requireSecurityGroup, requireSubnet, requireVpc } from "../ec2/references.ts";
import { flag, number, objects, text, texts } from "../fields.ts";
import { findKey } from "../kms.ts";
import { endpoints, memberClusters } from "./endpoints.ts";
import { releaseOf } from "./engines.ts";
import { parameterFamily, REPLICATION_GROUP, requireSubnetGroup } from "./references.ts";
import { rules } from "./replication-group-rules.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const TOPIC = "aws:sns/topic:Topic";
const DEFAULT_PORT = 6379;

function refuse(code: string, message: string): never {
  throw new AwsError(code, message);
}

/** Engine, version and parameter group go together. */
function software(inputs: JsonObject, account: Account): Record<string, Json> {
  const engine = text(inputs, "engine") ?? "redis";
  const release =
    releaseOf(engine, text(inputs, "engineVersion")) ??
    refuse("InvalidParameterValue", `Invalid engine version for ${engine}`);
  const parameterGroupName = text(inputs, "parameterGroupName") ?? `default.${release.family}`;
  const family = parameterFamily(account, parameterGroupName);
  if (family !== release.family) {
    refuse(
      "InvalidParameterCombination",
      `Expected a parameter group of family ${release.family} but found one of family ${family}`,
    );
  }
  return { engine, engineVersion: release.version, engineVersionActual: release.actual, parameterGroupName };
}

/** Subnets, zones and security groups of the nodes. */
function placement(inputs: JsonObject, account: Account): Record<string, Json> {
  const { id, outputs } = requireSubnetGroup(account, text(inputs, "subnetGroupName") ?? "");
  const vpcId = text(outputs, "vpcId") ?? "";
  const zones = new Set(
    texts(outputs, "subnetIds").map((subnet) =>
      text(requireSubnet(account, subnet).outputs, "availabilityZone"),
    ),
  );
  if (flag(inputs, "multiAzEnabled") === true && zones.size < 2) {
    refuse(
      "InvalidParameterCombination",
      `Multi-AZ needs a cache subnet group with subnets in at least two Availability Zones; ${id} has ${zones.size}`,
    );
  }
  for (const zone of texts(inputs, "preferredCacheClusterAzs")) {
    if (!zones.has(zone)) refuse("InvalidParameterValue", `${zone} is not among the zones of ${id}`);
  }
  const groups = texts(inputs, "securityGroupIds");
  for (const group of groups) {
    if (requireSecurityGroup(account, group).vpcId === vpcId) continue;
    refuse("InvalidParameterValue", `Security group ${group} is not in the VPC ${vpcId} of ${id}`);
  }
  const fallback = text(requireVpc(account, vpcId).outputs, "defaultSecurityGroupId") ?? "";
  return { securityGroupIds: groups.length > 0 ? [...groups] : [fallback], subnetGroupName: id };
}

/** What it names of other services must be there. */
function checkReferences(inputs: JsonObject, account: Account): void {
  const key = text(inputs, "kmsKeyId");
  if (key !== undefined && !findKey(account, key)) {
    refuse("InvalidKMSKeyFault", `The KMS key ${key} does not exist or is not valid.`);
  }
  const topic = text(inputs, "notificationTopicArn");
  if (topic !== undefined && !account.all(TOPIC).some(({ outputs }) => outputs["arn"] === topic)) {
    refuse("InvalidParameterValue", `The SNS topic ${topic} does not exist.`);
  }
  for (const delivery of objects(inputs, "logDeliveryConfigurations")) {
    const group = text(delivery, "destination") ?? "";
    if (account.get(LOG_GROUP, group)) continue;
    refuse("InvalidParameterValue", `The CloudWatch Logs log group ${group} does not exist.`);
  }
}

/** What an update can change. */
function changeable(id: string, inputs: JsonObject, account: Account): Record<string, Json> {
  checkReferences(inputs, account);
  const count = number(inputs, "numCacheClusters") ?? 1;
  return {
    ...software(inputs, account),
    ...placement(inputs, account),
    memberClusters: memberClusters(id, count),
    numCacheClusters: count,
    numNodeGroups: 1,
    replicasPerNodeGroup: count - 1,
  };
}

/** What AWS chooses when it is not asked for. */
function chosen(inputs: JsonObject, engine: Json | undefined): Record<string, Json> {
  return {
    applyImmediately: flag(inputs, "applyImmediately") ?? false,
    atRestEncryptionEnabled: flag(inputs, "atRestEncryptionEnabled") ?? engine === "valkey",
    autoMinorVersionUpgrade: flag(inputs, "autoMinorVersionUpgrade") ?? true,
    clusterEnabled: false,
    clusterMode: "disabled",
    configurationEndpointAddress: "",
    dataTieringEnabled: false,
    globalReplicationGroupId: "",
    ipDiscovery: "ipv4",
    maintenanceWindow: (text(inputs, "maintenanceWindow") ?? "sun:04:00-sun:05:00").toLowerCase(),
    networkType: "ipv4",
    port: number(inputs, "port") ?? DEFAULT_PORT,
    snapshotWindow: text(inputs, "snapshotWindow") ?? "02:00-03:00",
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
  };
}

/** By its parts: 7.2 is older than 7.10. */
function isOlder(version: string, other: string): boolean {
  return version.localeCompare(other, "en", { numeric: true }) < 0;
}

/** An engine never goes back: from Valkey to Redis OSS, or to an older version, is a new group and loses the data. */
function replaces(olds: JsonObject, news: JsonObject): readonly string[] {
  const [from, to] = [text(olds, "engine") ?? "redis", text(news, "engine") ?? "redis"];
  if (from !== to) return from === "valkey" ? ["engine"] : [];
  const [old, now] = [text(olds, "engineVersion"), text(news, "engineVersion")];
  return old !== undefined && now !== undefined && isOlder(now, old) ? ["engineVersion"] : [];
}

export const replicationGroup: ResourceModel = {
  type: REPLICATION_GROUP,
  autoname: { property: "replicationGroupId", maxLength: 40, lowercase: true },
  sets: ["logDeliveryConfigurations"],
  notModelled: [
    "authTokenWo",
    "authTokenWoVersion",
    "dataTieringEnabled",
    "durability",
    "globalReplicationGroupId",
    "ipDiscovery",
    "networkType",
    "nodeGroupConfigurations",
    "numNodeGroups",
    "replicasPerNodeGroup",
    "securityGroupNames",
    "snapshotArns",
    "snapshotName",
    "userGroupIds",
  ],
  rules,
  replaces,
  create(inputs, account) {
    const id = (text(inputs, "replicationGroupId") ?? "").toLowerCase();
    if (account.get(REPLICATION_GROUP, id)) {
      refuse("ReplicationGroupAlreadyExists", `Replication group with specified ID already exists: ${id}`);
    }
    const region = text(inputs, "region") ?? account.region;
    const changing = changeable(id, inputs, account);
    const { primary, reader } = endpoints(id, account.id, region);
    return {
      id,
      outputs: {
        ...chosen(inputs, changing["engine"]),
        ...changing,
        arn: account.arn("elasticache", `replicationgroup:${id}`, region),
        primaryEndpointAddress: primary,
        readerEndpointAddress: reader,
        replicationGroupId: id,
      },
    };
  },
  update: (current, inputs, account) => changeable(current.id, inputs, account),
};
