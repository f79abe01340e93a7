import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ZonePlan } from "./subnet-plan.ts";

export type Tier = "private" | "public" | "data";

export interface TierSubnet {
  readonly subnet: aws.ec2.Subnet;
  readonly routeTable: aws.ec2.RouteTable;
  readonly association: aws.ec2.RouteTableAssociation;
}

/** One zone's subnets, each with a route table of its own: a zone's routes can change alone. */
export type ZoneSubnets = Readonly<Record<Tier, TierSubnet>> & { readonly zone: string };

interface SubnetOptions {
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Makes the three tiers in every zone. Children are named by zone letter, so a new zone renames nothing. */
export function createSubnets(
  name: string,
  plan: readonly ZonePlan[],
  vpcId: pulumi.Input<string>,
  options: SubnetOptions,
  parent: pulumi.Resource,
): ZoneSubnets[] {
  return plan.map((zone) => {
    const tier = (kind: Tier): TierSubnet => createTier(name, kind, zone, vpcId, options, parent);
    return { zone: zone.zone, private: tier("private"), public: tier("public"), data: tier("data") };
  });
}

function createTier(
  name: string,
  kind: Tier,
  zone: ZonePlan,
  vpcId: pulumi.Input<string>,
  { protect, tags }: SubnetOptions,
  parent: pulumi.Resource,
): TierSubnet {
  const child = `${name}-${kind}-${zoneLetter(zone.zone)}`;
  const subnet = new aws.ec2.Subnet(child, subnetArgs(child, kind, zone, vpcId, tags), { parent, protect });
  const routeTable = new aws.ec2.RouteTable(child, { vpcId, tags: { ...tags, Name: child } }, { parent });
  const association = new aws.ec2.RouteTableAssociation(
    child,
    { subnetId: subnet.id, routeTableId: routeTable.id },
    { parent },
  );
  return { subnet, routeTable, association };
}

/** `b` of `eu-central-1b`. */
export function zoneLetter(zone: string): string {
  return zone.slice(-1);
}

/** No subnet gives out public addresses: NAT gateways bring their own. */
function subnetArgs(
  child: string,
  kind: Tier,
  zone: ZonePlan,
  vpcId: pulumi.Input<string>,
  tags: Readonly<Record<string, string>>,
): aws.ec2.SubnetArgs {
  return {
    vpcId,
    availabilityZone: zone.zone,
    cidrBlock: zone[kind],
    mapPublicIpOnLaunch: false,
    tags: { ...tags, ...loadBalancerRole(kind), Name: child },
  };
}

/** Where EKS may put load balancers: https://docs.aws.amazon.com/eks/latest/userguide/tag-subnets-auto.html */
function loadBalancerRole(kind: Tier): Record<string, string> {
  if (kind === "private") return { "kubernetes.io/role/internal-elb": "1" };
  if (kind === "public") return { "kubernetes.io/role/elb": "1" };
  return {};
}
