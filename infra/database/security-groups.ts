import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { PORT, type DatabaseArgs } from "./options.ts";

export interface SecurityGroups {
  readonly database: aws.ec2.SecurityGroup;
  readonly pooler: aws.ec2.SecurityGroup;
  /**
   * Between the pooler and the instances: `dependsOn` for the pooler, which connects as soon as it has a target. Without the
   * pods' rules, which need the cluster: on AWS the databases would wait for it, and both take many minutes.
   */
  readonly poolerRules: pulumi.Resource[];
}

/**
 * Pods reach the pooler (writes) and the instances (reads of replicas, migrations at the primary); the pooler reaches
 * the instances; the instances reach nobody. RDS replicates beside the VPC: its own traffic needs no rule.
 */
export function createSecurityGroups(
  name: string,
  { vpcId, clusterSecurityGroupId, tags }: DatabaseArgs,
  parent: pulumi.Resource,
): SecurityGroups {
  const group = (child: string, description: string): aws.ec2.SecurityGroup =>
    new aws.ec2.SecurityGroup(child, { vpcId, description, tags: { ...tags, Name: child } }, { parent });
  const database = group(`${name}-instances`, "PostgreSQL instances");
  const pooler = group(`${name}-pooler`, "PostgreSQL pooler");
  const port = { ipProtocol: "tcp", fromPort: PORT, toPort: PORT };

  const admit = (
    child: string,
    to: aws.ec2.SecurityGroup,
    from: pulumi.Input<string>,
    description: string,
  ): pulumi.Resource =>
    new aws.vpc.SecurityGroupIngressRule(
      child,
      { ...port, securityGroupId: to.id, referencedSecurityGroupId: from, description },
      { parent },
    );
  admit(`${name}-from-cluster`, database, clusterSecurityGroupId, "Reads and migrations of the pods");
  admit(`${name}-pooler-from-cluster`, pooler, clusterSecurityGroupId, "Writes of the pods");
  const poolerRules = [
    admit(`${name}-from-pooler`, database, pooler.id, "The pooler"),
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-pooler-to-instances`,
      {
        ...port,
        securityGroupId: pooler.id,
        referencedSecurityGroupId: database.id,
        description: "The instances",
      },
      { parent },
    ),
  ];
  return { database, pooler, poolerRules };
}
