import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ClusterRolesArgs {
  readonly tags: Readonly<Record<string, string>>;
}

/** What EKS Auto Mode does for the cluster:
 * https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html */
export const CLUSTER_POLICIES: readonly string[] = [
  "AmazonEKSClusterPolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
];

/** What a node does; pods get their own identities:
 * https://docs.aws.amazon.com/eks/latest/userguide/auto-create-node-role.html */
export const NODE_POLICIES: readonly string[] = [
  "AmazonEKSWorkerNodeMinimalPolicy",
  "AmazonEC2ContainerRegistryPullOnly",
];

/**
 * The roles of an EKS Auto Mode cluster and its nodes, with AWS's least managed policies.
 *
 * Cost: IAM is free.
 */
export class ClusterRoles extends pulumi.ComponentResource {
  readonly clusterRoleArn: pulumi.Output<string>;
  readonly nodeRoleArn: pulumi.Output<string>;
  /** The cluster must not be made before its role may act, nor outlive it: `dependsOn` for the cluster. */
  readonly attachments: pulumi.Resource[];

  constructor(name: string, args: ClusterRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:security:ClusterRoles", name, {}, opts);

    const cluster = new aws.iam.Role(
      `${name}-cluster`,
      {
        assumeRolePolicy: serviceTrust("eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]),
        tags: args.tags,
      },
      { parent: this },
    );
    const node = new aws.iam.Role(
      `${name}-node`,
      { assumeRolePolicy: serviceTrust("ec2.amazonaws.com", ["sts:AssumeRole"]), tags: args.tags },
      { parent: this },
    );

    this.attachments = [
      ...attach(`${name}-cluster`, cluster, CLUSTER_POLICIES, this),
      ...attach(`${name}-node`, node, NODE_POLICIES, this),
    ];
    this.clusterRoleArn = cluster.arn;
    this.nodeRoleArn = node.arn;
    this.registerOutputs({ clusterRoleArn: this.clusterRoleArn, nodeRoleArn: this.nodeRoleArn });
  }
}

function attach(
  child: string,
  role: aws.iam.Role,
  policies: readonly string[],
  parent: pulumi.Resource,
): aws.iam.RolePolicyAttachment[] {
  return policies.map(
    (policy) =>
      new aws.iam.RolePolicyAttachment(
        `${child}-${policy}`,
        { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
        { parent },
      ),
  );
}

/** Auto Mode tags the cluster's sessions with its name; its policies are scoped by that tag. */
export function serviceTrust(service: string, actions: readonly string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: actions }],
  });
}
