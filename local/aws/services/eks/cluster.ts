import { randomBytes, randomUUID } from "node:crypto";

import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { requireSecurityGroup, requireSubnet } from "../ec2/references.ts";
import { flag, object, objects, text, texts } from "../fields.ts";
import { findKey } from "../kms.ts";
import { clusterRules, VERSIONS } from "./cluster-rules.ts";
import { checkRole, CLUSTER, now } from "./references.ts";

/** Two zones at least, all in one network; answers the network. */
function checkSubnets(subnets: readonly string[], account: Account): string {
  const found = subnets.map((id) => {
    try {
      return requireSubnet(account, id).outputs;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError("InvalidParameterException", `${error.message} (${error.code})`);
    }
  });
  if (new Set(found.map((outputs) => outputs["availabilityZone"])).size < 2) {
    throw new AwsError(
      "InvalidParameterException",
      "Subnets specified must be in at least two different AZs",
    );
  }
  const networks = new Set(found.map((outputs) => text(outputs, "vpcId") ?? ""));
  if (networks.size > 1) {
    throw new AwsError("InvalidParameterException", "Subnets specified must be in the same VPC");
  }
  const [network = ""] = networks;
  return network;
}

function checkReferences(inputs: JsonObject, account: Account): string {
  checkRole(account, text(inputs, "roleArn"));
  checkRole(account, text(object(inputs, "computeConfig") ?? {}, "nodeRoleArn"));
  const network = object(inputs, "vpcConfig") ?? {};
  const vpcId = checkSubnets(texts(network, "subnetIds"), account);
  for (const group of texts(network, "securityGroupIds")) {
    if (requireSecurityGroup(account, group).vpcId !== vpcId) {
      throw new AwsError(
        "InvalidParameterException",
        `Security group(s) [${group}] are not in the same VPC as the subnets. Please specify a security group that is associated with the VPC: ${vpcId}`,
      );
    }
  }
  const key = text(object(object(inputs, "encryptionConfig") ?? {}, "provider") ?? {}, "keyArn");
  if (key !== undefined && !findKey(account, key)) {
    throw new AwsError(
      "InvalidParameterException",
      `The keyArn in encryptionConfig provider ${key} is invalid`,
    );
  }
  return vpcId;
}

/** Blocks with what EKS fills in. Identifiers of the network come from `before` once they exist. */
function filled(inputs: JsonObject, vpcId: string, groupId: string): Record<string, Json> {
  const network = object(inputs, "vpcConfig") ?? {};
  const kubernetes = object(inputs, "kubernetesNetworkConfig") ?? {};
  const access = object(inputs, "accessConfig") ?? {};
  const balancing = flag(object(kubernetes, "elasticLoadBalancing") ?? {}, "enabled") ?? false;
  const ranges = texts(network, "publicAccessCidrs");
  return {
    accessConfig: {
      authenticationMode: text(access, "authenticationMode") ?? "CONFIG_MAP",
      bootstrapClusterCreatorAdminPermissions:
        flag(access, "bootstrapClusterCreatorAdminPermissions") ?? true,
    },
    kubernetesNetworkConfig: {
      elasticLoadBalancing: { enabled: balancing },
      ipFamily: "ipv4",
      serviceIpv4Cidr: text(kubernetes, "serviceIpv4Cidr") ?? "172.20.0.0/16",
      serviceIpv6Cidr: "",
    },
    upgradePolicy: { supportType: text(object(inputs, "upgradePolicy") ?? {}, "supportType") ?? "EXTENDED" },
    vpcConfig: {
      clusterSecurityGroupId: groupId,
      endpointPrivateAccess: flag(network, "endpointPrivateAccess") ?? false,
      endpointPublicAccess: flag(network, "endpointPublicAccess") ?? true,
      publicAccessCidrs: ranges.length > 0 ? [...ranges] : ["0.0.0.0/0"],
      securityGroupIds: [...texts(network, "securityGroupIds")],
      subnetIds: [...texts(network, "subnetIds")],
      vpcId,
    },
  };
}

/** The number after `1.`. */
function minor(version: string): number {
  return Number(version.split(".")[1]);
}

function checkUpgrade(from: string, to: string): void {
  if (minor(to) < minor(from)) {
    throw new AwsError(
      "InvalidParameterException",
      `Unsupported Kubernetes minor version update from ${from} to ${to}`,
    );
  }
  if (minor(to) > minor(from) + 1) {
    throw new AwsError(
      "InvalidParameterException",
      `Unsupported Kubernetes minor version update from ${from} to ${to}`,
    );
  }
}

/**
 * Encryption may be turned on, never changed or taken off. The role of Auto Mode's nodes may be added to a block that
 * had none, never changed or taken out. https://docs.aws.amazon.com/eks/latest/APIReference/API_ComputeConfigRequest.html
 */
function replaces(olds: JsonObject, news: JsonObject): readonly string[] {
  const encryption = olds["encryptionConfig"] === undefined ? [] : ["encryptionConfig"];
  const [before, after] = [object(olds, "computeConfig"), object(news, "computeConfig")];
  const role = text(before ?? {}, "nodeRoleArn") ?? "";
  // A block that comes or goes as a whole is Auto Mode turned on or off.
  const kept = before === undefined || after === undefined || role === "" || role === after["nodeRoleArn"];
  return kept ? encryption : [...encryption, "computeConfig.nodeRoleArn"];
}

/** Access is opened to entries step by step, and not closed again. */
const MODES = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];

function checkModeChange(current: JsonObject, inputs: JsonObject): void {
  const [from, to] = [current, inputs].map((of) =>
    text(object(of, "accessConfig") ?? {}, "authenticationMode"),
  );
  if (from === undefined || to === undefined || MODES.indexOf(to) >= MODES.indexOf(from)) return;
  throw new AwsError(
    "InvalidParameterException",
    `Unsupported authentication mode update from ${from} to ${to}`,
  );
}

export const cluster: ResourceModel = {
  type: CLUSTER,
  autoname: { property: "name", maxLength: 255 },
  computed: [
    "accessConfig",
    "accessConfig.authenticationMode",
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
    "kubernetesNetworkConfig",
    "kubernetesNetworkConfig.elasticLoadBalancing",
    "kubernetesNetworkConfig.ipFamily",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
    "kubernetesNetworkConfig.serviceIpv6Cidr",
    "upgradePolicy",
    "upgradePolicy.supportType",
    "vpcConfig.clusterSecurityGroupId",
    "vpcConfig.publicAccessCidrs",
    "vpcConfig.vpcId",
  ],
  sets: [
    "computeConfig.nodePools",
    "encryptionConfig.resources",
    "vpcConfig.publicAccessCidrs",
    "vpcConfig.securityGroupIds",
    "vpcConfig.subnetIds",
  ],
  notModelled: [
    "controlPlaneScalingConfig",
    "defaultAddonsToRemoves",
    "kubeApiServerConfig",
    "kubeControllerManagerConfig",
    "kubeSchedulerConfig",
    "outpostConfig",
    "remoteNetworkConfig",
  ],
  rules: clusterRules,
  replaces,
  create(inputs, account) {
    const name = text(inputs, "name") ?? "";
    if (account.get(CLUSTER, name)) {
      throw new AwsError("ResourceInUseException", `Cluster already exists with name: ${name}`);
    }
    const vpcId = checkReferences(inputs, account);
    const region = text(inputs, "region") ?? account.region;
    const hex = randomBytes(16).toString("hex").toUpperCase();
    const ca = Buffer.from("the control plane of this cluster is not running: it has no certificate\n");
    return {
      id: name,
      outputs: {
        ...filled(inputs, vpcId, account.newId("sg")),
        arn: account.arn("eks", `cluster/${name}`, region),
        certificateAuthority: { data: ca.toString("base64") },
        clusterId: randomUUID(),
        createdAt: now(),
        deletionProtection: flag(inputs, "deletionProtection") ?? false,
        endpoint: `https://${hex}.gr7.${region}.eks.amazonaws.com`,
        identities: [{ oidcs: [{ issuer: `https://oidc.eks.${region}.amazonaws.com/id/${hex}` }] }],
        platformVersion: "eks.1",
        status: "ACTIVE",
        version: text(inputs, "version") ?? VERSIONS.at(-1) ?? "",
      },
    };
  },
  update(current, inputs, account) {
    checkModeChange(current.outputs, inputs);
    const vpcId = checkReferences(inputs, account);
    const before = object(current.outputs, "vpcConfig") ?? {};
    const running = text(current.outputs, "version") ?? "";
    const version = text(inputs, "version") ?? running;
    checkUpgrade(running, version);
    return { ...filled(inputs, vpcId, text(before, "clusterSecurityGroupId") ?? ""), version };
  },
  canDelete(current) {
    if (current.outputs["deletionProtection"] !== true) return;
    throw new AwsError(
      "InvalidRequestException",
      `The cluster ${current.id} has deletion protection enabled; disable it before deleting the cluster`,
    );
  },
};

/** A block as the data source answers it: a list of none or one. */
function listOf(outputs: JsonObject, key: string): Json[] {
  const block = object(outputs, key);
  return block ? [block] : [];
}

/** `getCluster`'s outputs; blocks are lists there, and names plural. */
export function clusterData(outputs: JsonObject): Record<string, Json> {
  const network = object(outputs, "kubernetesNetworkConfig") ?? {};
  const storage = object(outputs, "storageConfig");
  return {
    accessConfigs: listOf(outputs, "accessConfig"),
    arn: outputs["arn"] ?? "",
    certificateAuthorities: listOf(outputs, "certificateAuthority"),
    clusterId: outputs["clusterId"] ?? "",
    computeConfigs: listOf(outputs, "computeConfig"),
    controlPlaneScalingConfigs: [],
    createdAt: outputs["createdAt"] ?? "",
    deletionProtection: outputs["deletionProtection"] ?? false,
    enabledClusterLogTypes: [...texts(outputs, "enabledClusterLogTypes")],
    endpoint: outputs["endpoint"] ?? "",
    id: outputs["name"] ?? "",
    identities: [...objects(outputs, "identities")],
    kubeApiServerConfigs: [],
    kubeControllerManagerConfigs: [],
    kubeSchedulerConfigs: [],
    kubernetesNetworkConfigs: [
      { ...network, elasticLoadBalancings: listOf(network, "elasticLoadBalancing") },
    ],
    name: outputs["name"] ?? "",
    outpostConfigs: [],
    platformVersion: outputs["platformVersion"] ?? "",
    region: outputs["region"] ?? "",
    remoteNetworkConfigs: [],
    roleArn: outputs["roleArn"] ?? "",
    status: outputs["status"] ?? "",
    storageConfigs: storage ? [{ blockStorages: listOf(storage, "blockStorage") }] : [],
    tags: object(outputs, "tags") ?? {},
    upgradePolicies: listOf(outputs, "upgradePolicy"),
    version: outputs["version"] ?? "",
    vpcConfig: object(outputs, "vpcConfig") ?? {},
    zonalShiftConfigs: listOf(outputs, "zonalShiftConfig"),
  };
}
