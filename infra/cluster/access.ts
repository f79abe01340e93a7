import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

const ADMIN_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";

/** Gives each principal full access through EKS access entries; `aws-auth` is not used. */
export function createAdminAccess(
  name: string,
  clusterName: pulumi.Input<string>,
  principals: readonly string[],
  tags: Readonly<Record<string, string>>,
  parent: pulumi.Resource,
): void {
  for (const principalArn of principals) {
    const child = `${name}-admin-${principalName(principalArn)}`;
    const entry = new aws.eks.AccessEntry(
      child,
      { clusterName, principalArn, type: "STANDARD", tags },
      { parent },
    );
    new aws.eks.AccessPolicyAssociation(
      child,
      { clusterName, principalArn, policyArn: ADMIN_POLICY, accessScope: { type: "cluster" } },
      { parent, dependsOn: entry },
    );
  }
}

/** `role-ops-admin` of `arn:aws:iam::111122223333:role/ops/admin`: names the children whatever the list's order. */
export function principalName(principalArn: string): string {
  return principalArn.slice(principalArn.lastIndexOf(":") + 1).replaceAll("/", "-");
}
