import { Children, value } from "../testing/children.ts";
import { ClusterRoles } from "./cluster-roles.ts";

const trust = (service: string, actions: string[]): unknown => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: actions }],
});

it("makes a role for the cluster and one for its nodes, with the Auto Mode policies alone", async () => {
  const children = new Children();
  const roles = new ClusterRoles("roles", { tags: {} }, children.options);
  const all = await children.all();

  const policies = [
    ["cluster", "AmazonEKSBlockStoragePolicy"],
    ["cluster", "AmazonEKSClusterPolicy"],
    ["cluster", "AmazonEKSComputePolicy"],
    ["cluster", "AmazonEKSLoadBalancingPolicy"],
    ["cluster", "AmazonEKSNetworkingPolicy"],
    ["node", "AmazonEC2ContainerRegistryPullOnly"],
    ["node", "AmazonEKSWorkerNodeMinimalPolicy"],
  ] as const;
  const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
  expect(Object.keys(all).sort()).toEqual([
    "aws:iam/role:Role roles-cluster",
    "aws:iam/role:Role roles-node",
    ...policies.map(([role, policy]) => `${attachment} roles-${role}-${policy}`),
    "twinstack:security:ClusterRoles roles",
  ]);
  for (const [role, policy] of policies) {
    expect(all[`${attachment} roles-${role}-${policy}`]?.inputs).toEqual({
      role: `roles-${role}`,
      policyArn: `arn:aws:iam::aws:policy/${policy}`,
    });
  }
  const trustOf = (role: string): unknown =>
    JSON.parse(all[`aws:iam/role:Role roles-${role}`]?.inputs["assumeRolePolicy"] as string);
  expect(trustOf("cluster")).toEqual(trust("eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]));
  expect(trustOf("node")).toEqual(trust("ec2.amazonaws.com", ["sts:AssumeRole"]));
  expect(roles.attachments).toHaveLength(policies.length);
  expect(await value(roles.nodeRoleArn)).toBe("arn:roles-node");
});
