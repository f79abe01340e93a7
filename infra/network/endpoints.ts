import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ZoneSubnets } from "./subnets.ts";

interface EndpointOptions {
  readonly region: string;
  readonly cidr: string;
  readonly interfaceEndpoints: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** ECR keeps image layers in S3: without this they would pass NAT, or not come at all. */
export function createS3Endpoint(
  name: string,
  vpcId: pulumi.Input<string>,
  subnets: readonly ZoneSubnets[],
  { region, tags }: EndpointOptions,
  parent: pulumi.Resource,
): aws.ec2.VpcEndpoint {
  return new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId,
      serviceName: endpointService(region, "s3"),
      vpcEndpointType: "Gateway",
      routeTableIds: subnets.map((zone) => zone.private.routeTable.id),
      tags: { ...tags, Name: `${name}-s3` },
    },
    { parent },
  );
}

/** One endpoint a service, with an interface in every private subnet, open to the VPC on 443. */
export function createInterfaceEndpoints(
  name: string,
  vpcId: pulumi.Input<string>,
  subnets: readonly ZoneSubnets[],
  { region, cidr, interfaceEndpoints, tags }: EndpointOptions,
  parent: pulumi.Resource,
): aws.ec2.VpcEndpoint[] {
  if (interfaceEndpoints.length === 0) return [];
  const group = new aws.ec2.SecurityGroup(
    `${name}-endpoints`,
    { vpcId, description: "AWS interface endpoints", tags: { ...tags, Name: `${name}-endpoints` } },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-endpoints-https`,
    {
      securityGroupId: group.id,
      description: "HTTPS from the VPC",
      cidrIpv4: cidr,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    },
    { parent },
  );
  return interfaceEndpoints.map((service) => {
    const child = `${name}-endpoint-${service.replaceAll(".", "-")}`;
    return new aws.ec2.VpcEndpoint(
      child,
      {
        vpcId,
        serviceName: endpointService(region, service),
        vpcEndpointType: "Interface",
        subnetIds: subnets.map((zone) => zone.private.subnet.id),
        securityGroupIds: [group.id],
        privateDnsEnabled: true,
        tags: { ...tags, Name: child },
      },
      { parent },
    );
  });
}

/** e.g. `com.amazonaws.eu-central-1.ecr.api`. */
export function endpointService(region: string, service: string): string {
  return `com.amazonaws.${region}.${service}`;
}
