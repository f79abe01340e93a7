/** Look-ups among the account's EC2 resources, refused with EC2's own codes and words. */
import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { object, text, texts } from "../fields.ts";

export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const ROUTE_TABLE = "aws:ec2/routeTable:RouteTable";
export const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
export const NAT_GATEWAY = "aws:ec2/natGateway:NatGateway";
export const EIP = "aws:ec2/eip:Eip";
export const VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
export const EKS_CLUSTER = "aws:eks/cluster:Cluster";
export const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const CACHE = "aws:elasticache/replicationGroup:ReplicationGroup";
const CACHE_SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup";

export function requireVpc(account: Account, id: string): StoredResource {
  const vpc = account.get(VPC, id);
  if (!vpc) throw new AwsError("InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`);
  return vpc;
}

export function requireSubnet(account: Account, id: string): StoredResource {
  const subnet = account.get(SUBNET, id);
  if (!subnet) throw new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`);
  return subnet;
}

/** The VPC of a security group: one of the program's, a VPC's default one, or the one EKS made for a cluster. */
export function requireSecurityGroup(account: Account, id: string): { readonly vpcId: string } {
  const group = account.get(SECURITY_GROUP, id);
  if (group) return { vpcId: text(group.outputs, "vpcId") ?? "" };
  const vpc = account.all(VPC).find((candidate) => candidate.outputs["defaultSecurityGroupId"] === id);
  if (vpc) return { vpcId: vpc.id };
  for (const cluster of account.all(EKS_CLUSTER)) {
    const network = object(cluster.outputs, "vpcConfig") ?? {};
    if (network["clusterSecurityGroupId"] === id) return { vpcId: text(network, "vpcId") ?? "" };
  }
  throw new AwsError("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
}

/** The VPC of a route table: one of the program's or a VPC's main one. */
export function requireRouteTable(account: Account, id: string): { readonly vpcId: string } {
  const table = account.get(ROUTE_TABLE, id);
  if (table) return { vpcId: text(table.outputs, "vpcId") ?? "" };
  const vpc = account.all(VPC).find((candidate) => candidate.outputs["mainRouteTableId"] === id);
  if (vpc) return { vpcId: vpc.id };
  throw new AwsError("InvalidRouteTableID.NotFound", `The routeTable ID '${id}' does not exist`);
}

const RDS_INSTANCE = "aws:rds/instance:Instance";
const RDS_PROXY = "aws:rds/proxy:Proxy";
const RDS_SUBNETS = "aws:rds/subnetGroup:SubnetGroup";

/** Where a resource has network interfaces. */
interface Attachment {
  readonly resource: StoredResource;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
}

function attachment(resource: StoredResource): Attachment {
  const network: JsonObject = object(resource.outputs, "vpcConfig") ?? resource.outputs;
  const subnet = text(network, "subnetId");
  return {
    resource,
    subnets: [
      ...(subnet === undefined ? [] : [subnet]),
      ...texts(network, "subnetIds"),
      ...texts(network, "subnets"),
    ],
    groups: [...texts(network, "securityGroupIds"), ...texts(network, "securityGroups")],
  };
}

/** Resources with network interfaces in a subnet, or under a security group. */
export function attachments(account: Account): readonly Attachment[] {
  const caches = account.all(CACHE).map((cache) => {
    const subnetGroup = account.get(CACHE_SUBNETS, text(cache.outputs, "subnetGroupName") ?? "");
    return { ...attachment(cache), subnets: texts(subnetGroup?.outputs ?? {}, "subnetIds") };
  });
  const direct = [NAT_GATEWAY, VPC_ENDPOINT, EKS_CLUSTER, LOAD_BALANCER]
    .flatMap((type) => account.all(type))
    .map(attachment);
  const databases = account.all(RDS_INSTANCE).map((resource) => {
    const subnetGroup = account.get(RDS_SUBNETS, text(resource.outputs, "dbSubnetGroupName") ?? "");
    const groups = texts(resource.outputs, "vpcSecurityGroupIds");
    return { resource, subnets: texts(subnetGroup?.outputs ?? {}, "subnetIds"), groups };
  });
  const proxies = account.all(RDS_PROXY).map((resource) => ({
    resource,
    subnets: texts(resource.outputs, "vpcSubnetIds"),
    groups: texts(resource.outputs, "vpcSecurityGroupIds"),
  }));
  return [...direct, ...caches, ...databases, ...proxies];
}
