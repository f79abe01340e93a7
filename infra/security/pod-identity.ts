import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "./cluster-roles.ts";

export interface PodIdentityArgs {
  readonly clusterName: pulumi.Input<string>;
  /** Kubernetes namespace of the pods. Replaces the association. */
  readonly namespace: string;
  /** Whose pods get the role. The account need not exist yet. Replaces the association. */
  readonly serviceAccount: string;
  /** All that the pods may do in AWS, as JSON. */
  readonly policy: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A role with one policy, which EKS Pod Identity gives to the pods of one service account: all three are called `name`, and
 * are children of `parent`. The association must be there before the pods are made. Cost: none.
 */
export function createPodIdentity(
  name: string,
  args: PodIdentityArgs,
  parent: pulumi.Resource,
): aws.eks.PodIdentityAssociation {
  const role = new aws.iam.Role(
    name,
    {
      assumeRolePolicy: serviceTrust("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]),
      tags: args.tags,
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(name, { role: role.name, policy: args.policy }, { parent });
  return new aws.eks.PodIdentityAssociation(
    name,
    {
      clusterName: args.clusterName,
      namespace: args.namespace,
      serviceAccount: args.serviceAccount,
      roleArn: role.arn,
      tags: args.tags,
    },
    // A pod that gets the role may use it.
    { parent, dependsOn: policy },
  );
}
