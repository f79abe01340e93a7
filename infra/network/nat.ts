import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { zoneLetter, type ZoneSubnets } from "./subnets.ts";

/** How private subnets reach the internet. */
export type Nat = "none" | "single" | "per-zone";

const ANYWHERE = "0.0.0.0/0";

/** The internet gateway, the public routes, and NAT as asked for. Answers the private subnets' routes. */
export function createNatRoutes(
  name: string,
  nat: Nat,
  vpcId: pulumi.Input<string>,
  subnets: readonly ZoneSubnets[],
  tags: Readonly<Record<string, string>>,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const internet = new aws.ec2.InternetGateway(
    `${name}-internet`,
    { vpcId, tags: { ...tags, Name: name } },
    { parent },
  );
  const publicRoutes = subnets.map(
    ({ public: { routeTable }, zone }) =>
      new aws.ec2.Route(
        `${name}-public-${zoneLetter(zone)}-internet`,
        { routeTableId: routeTable.id, destinationCidrBlock: ANYWHERE, gatewayId: internet.id },
        { parent },
      ),
  );
  const gateways = natZones(nat, subnets).map((zone) =>
    createGateway(name, zone, publicRoutes, tags, parent),
  );
  return subnets.flatMap(({ private: { routeTable }, zone }, index) => {
    const gateway = gateways[index] ?? gateways[0];
    if (!gateway) return [];
    return new aws.ec2.Route(
      `${name}-private-${zoneLetter(zone)}-nat`,
      { routeTableId: routeTable.id, destinationCidrBlock: ANYWHERE, natGatewayId: gateway.id },
      { parent },
    );
  });
}

/** The zones that get a gateway. */
function natZones(nat: Nat, subnets: readonly ZoneSubnets[]): readonly ZoneSubnets[] {
  if (nat === "none") return [];
  return nat === "single" ? subnets.slice(0, 1) : subnets;
}

/** AWS asks that the internet gateway's route is there before a NAT gateway is made. */
function createGateway(
  name: string,
  zone: ZoneSubnets,
  publicRoutes: pulumi.Resource[],
  tags: Readonly<Record<string, string>>,
  parent: pulumi.Resource,
): aws.ec2.NatGateway {
  const child = `${name}-nat-${zoneLetter(zone.zone)}`;
  const address = new aws.ec2.Eip(child, { domain: "vpc", tags: { ...tags, Name: child } }, { parent });
  return new aws.ec2.NatGateway(
    child,
    { subnetId: zone.public.subnet.id, allocationId: address.id, tags: { ...tags, Name: child } },
    { parent, dependsOn: publicRoutes },
  );
}
