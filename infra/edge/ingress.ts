import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Exactly one: an AWS-managed prefix list by name, or IPv4 ranges. */
export type IngressSource =
  | { readonly prefixList: string; readonly cidrs?: undefined }
  | { readonly cidrs: readonly string[]; readonly prefixList?: undefined };

interface IngressOptions {
  readonly vpcId: pulumi.Input<string>;
  readonly ingress: IngressSource;
  readonly clusterSecurityGroupId: pulumi.Input<string>;
  readonly targetPort: number;
  readonly certificateArn?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** The load balancer's security group: in from the source on the listener's port, out to the pods' port alone. */
export function createIngress(
  name: string,
  { vpcId, ingress, clusterSecurityGroupId, targetPort, certificateArn, tags }: IngressOptions,
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    name,
    { vpcId, description: "Load balancer", tags: { ...tags, Name: name } },
    { parent },
  );
  const [port, protocol] = certificateArn === undefined ? ([80, "HTTP"] as const) : ([443, "HTTPS"] as const);
  const rule = { securityGroupId: group.id, ipProtocol: "tcp", fromPort: port, toPort: port };
  if (ingress.prefixList !== undefined) {
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-from-prefix-list`,
      {
        ...rule,
        description: `${protocol} from ${ingress.prefixList}`,
        prefixListId: aws.ec2.getManagedPrefixListOutput({ name: ingress.prefixList }, { parent }).id,
      },
      { parent },
    );
  } else {
    for (const cidr of ingress.cidrs) {
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-from-${cidr}`,
        { ...rule, description: `${protocol} from ${cidr}`, cidrIpv4: cidr },
        { parent },
      );
    }
  }
  const toPods = { ipProtocol: "tcp", fromPort: targetPort, toPort: targetPort };
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-to-pods`,
    {
      ...toPods,
      securityGroupId: group.id,
      description: "Requests and health checks to the pods",
      referencedSecurityGroupId: clusterSecurityGroupId,
    },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-into-pods`,
    {
      ...toPods,
      securityGroupId: clusterSecurityGroupId,
      description: "Requests and health checks from the load balancer",
      referencedSecurityGroupId: group.id,
    },
    { parent },
  );
  return group;
}
