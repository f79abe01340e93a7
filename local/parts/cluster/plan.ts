import { createHash } from "node:crypto";
import { AwsError } from "../../aws/model.ts";
import { formatAddress, overlaps, parseCidr } from "../../cidr.ts";
import type { Cidr } from "../../cidr.ts";
import type { Account } from "../../aws/model.ts";
import type { Json, StoredResource } from "../../region/protocol.ts";

export const CLUSTER_TYPE = "aws:eks/cluster:Cluster";

/** What the toolchain builds; EKS picks the newest patch of a minor by itself. */
export const KUBERNETES_VERSION = "1.34.9";

/** Pods have a range of their own here: in AWS their addresses come out of the subnets. */
export const POD_RANGE = "100.64.0.0/16";

export const CONTROL_PLANE = "eks-control";

/** As many as the design has, however many zones the subnets span: zone loss must leave a majority. */
export const NODE_NAMES = ["node-a", "node-b", "node-c"] as const;

export interface NodePlan {
  /** Host and Kubernetes node. */
  readonly name: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly podRange: string;
  /** `aws:///<zone>/<instance>`, as the cloud controller writes it; the instance is made up from the name. */
  readonly providerId: string;
}

/** Everything that follows from a cluster resource before anything runs. */
export interface ClusterPlan {
  readonly name: string;
  readonly region: string;
  readonly controlPlaneSubnet: string;
  readonly nodes: readonly NodePlan[];
  /** Under Auto Mode nodes and pods carry the group EKS makes for the cluster, and no other. */
  readonly nodeSecurityGroups: readonly string[];
  /** The same, and the groups that the program names. */
  readonly controlPlaneSecurityGroups: readonly string[];
  readonly serviceRange: string;
  /** The first service address: `kubernetes.default.svc`. */
  readonly apiServiceAddress: string;
  /** The tenth, as in EKS. */
  readonly dnsServiceAddress: string;
}

/** Throws AwsError for what this machine cannot run; nothing has been made then. */
export function planCluster(resource: StoredResource, account: Account): ClusterPlan {
  const { inputs } = resource;
  const name = clusterName(resource);
  const region = text(inputs["region"]) ?? account.region;
  refuseVersion(inputs["version"]);
  const network = object(inputs["kubernetesNetworkConfig"]);
  const family = text(network["ipFamily"]) ?? "ipv4";
  if (family !== "ipv4") {
    throw invalid(`kubernetesNetworkConfig.ipFamily: "${family}" is not run on this machine; write "ipv4"`);
  }
  const serviceRange = text(network["serviceIpv4Cidr"]) ?? "172.20.0.0/16";
  const subnets = subnetsOf(inputs["vpcConfig"], account);
  const zones = [...new Set(subnets.map((subnet) => subnet.zone))].sort();
  const nodes = NODE_NAMES.map((node, index): NodePlan => {
    const zone = zones[index % zones.length] ?? "";
    const inZone = subnets.filter((subnet) => subnet.zone === zone);
    const subnet = inZone[Math.floor(index / zones.length) % inZone.length] as Subnet;
    return {
      name: node,
      subnetId: subnet.id,
      zone,
      podRange: `100.64.${index + 1}.0/24`,
      providerId: `aws:///${zone}/${instanceId(name, node)}`,
    };
  });
  return {
    name,
    region,
    controlPlaneSubnet: (subnets[0] as Subnet).id,
    nodes,
    ...securityGroups(resource),
    serviceRange,
    ...serviceAddresses(serviceRange),
  };
}

export function clusterName({ inputs, id }: StoredResource): string {
  return text(inputs["name"]) ?? id;
}

function securityGroups({
  id,
  outputs,
}: StoredResource): Pick<ClusterPlan, "nodeSecurityGroups" | "controlPlaneSecurityGroups"> {
  const network = object(outputs["vpcConfig"]);
  const own = text(network["clusterSecurityGroupId"]);
  if (own === undefined) throw new Error(`the cluster ${id} has no security group in the record`);
  return {
    nodeSecurityGroups: [own],
    controlPlaneSecurityGroups: [own, ...texts(network["securityGroupIds"])],
  };
}

interface Subnet {
  readonly id: string;
  readonly zone: string;
}

function subnetsOf(vpcConfig: Json | undefined, account: Account): readonly Subnet[] {
  const subnets = texts(object(vpcConfig)["subnetIds"]).map((id): Subnet => {
    const found = account.get("aws:ec2/subnet:Subnet", id);
    const zone = text(found?.outputs["availabilityZone"]) ?? text(found?.inputs["availabilityZone"]);
    if (zone === undefined) {
      throw new AwsError(
        "InvalidParameterException",
        `vpcConfig.subnetIds: the subnet ID '${id}' does not exist`,
      );
    }
    return { id, zone };
  });
  if (subnets.length === 0)
    throw invalid("vpcConfig.subnetIds: is empty; write subnets of at least two zones");
  return subnets;
}

function refuseVersion(version: Json | undefined): void {
  const minor = KUBERNETES_VERSION.split(".").slice(0, 2).join(".");
  if (version === undefined || version === null || version === minor) return;
  throw invalid(
    `version: unsupported Kubernetes version ${JSON.stringify(version)}: this machine runs ${KUBERNETES_VERSION}; write "${minor}"`,
  );
}

/** EKS takes ranges of /24 to /12: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html */
function serviceAddresses(range: string): Pick<ClusterPlan, "apiServiceAddress" | "dnsServiceAddress"> {
  const cidr = parseServiceRange(range);
  if (cidr.prefix < 12 || cidr.prefix > 24 || overlaps(cidr, parseCidr(POD_RANGE))) {
    throw invalid(
      `kubernetesNetworkConfig.serviceIpv4Cidr: "${range}" must be a /12 to /24 outside ${POD_RANGE}; write e.g. 172.20.0.0/16`,
    );
  }
  return {
    apiServiceAddress: formatAddress(cidr.base + 1),
    dnsServiceAddress: formatAddress(cidr.base + 10),
  };
}

function parseServiceRange(range: string): Cidr {
  try {
    return parseCidr(range);
  } catch (error) {
    throw invalid(`kubernetesNetworkConfig.serviceIpv4Cidr: ${(error as Error).message}`);
  }
}

function instanceId(cluster: string, node: string): string {
  return `i-${createHash("sha256").update(`${cluster}/${node}`).digest("hex").slice(0, 17)}`;
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function object(value: Json | undefined): Readonly<Record<string, Json>> {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : {};
}
