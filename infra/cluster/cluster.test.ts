import * as pulumi from "@pulumi/pulumi";
import { Children, value } from "../testing/children.ts";
import { Cluster, type ClusterArgs } from "./cluster.ts";

const ADMIN = "arn:aws:iam::111122223333:role/ops/admin";
const CLUSTER = "aws:eks/cluster:Cluster cluster";
const LOGS = "aws:cloudwatch/logGroup:LogGroup cluster-logs";

class Prerequisite extends pulumi.ComponentResource {}

async function make(change: Partial<ClusterArgs> = {}) {
  const children = new Children((type) =>
    type === "aws:eks/cluster:Cluster"
      ? {
          endpoint: "https://cluster.test",
          certificateAuthority: { data: "Q0E=" },
          vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
        }
      : {},
  );
  const prerequisite = new Prerequisite("test:Prerequisite", "prerequisite");
  const cluster = new Cluster(
    "cluster",
    {
      clusterName: "twinstack-test",
      region: "eu-central-1",
      version: "1.34",
      subnetIds: ["subnet-a", "subnet-b"],
      serviceCidr: "172.20.0.0/16",
      clusterRoleArn: "arn:cluster-role",
      nodeRoleArn: "arn:node-role",
      secretsKeyArn: "arn:secrets-key",
      logKeyArn: "arn:log-key",
      logRetentionDays: 30,
      publicAccessCidrs: [],
      adminPrincipals: [ADMIN],
      protect: false,
      dependsOn: [prerequisite],
      tags: { team: "a" },
      ...change,
    },
    children.options,
  );
  return { cluster, prerequisite, children: await children.all() };
}

describe("Cluster", () => {
  it("makes these children and no other", async () => {
    const { children } = await make();
    expect(Object.keys(children).sort()).toEqual([
      LOGS,
      "aws:eks/accessEntry:AccessEntry cluster-admin-role-ops-admin",
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation cluster-admin-role-ops-admin",
      CLUSTER,
      "twinstack:cluster:Cluster cluster",
    ]);
  });

  it("turns all of Auto Mode on, and everything off that would be outside our hands", async () => {
    const { children } = await make();
    expect(children[CLUSTER]?.inputs).toEqual({
      name: "twinstack-test",
      version: "1.34",
      roleArn: "arn:cluster-role",
      bootstrapSelfManagedAddons: false,
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      computeConfig: {
        enabled: true,
        nodePools: ["general-purpose", "system"],
        nodeRoleArn: "arn:node-role",
      },
      storageConfig: { blockStorage: { enabled: true } },
      kubernetesNetworkConfig: {
        elasticLoadBalancing: { enabled: true },
        ipFamily: "ipv4",
        serviceIpv4Cidr: "172.20.0.0/16",
      },
      encryptionConfig: { provider: { keyArn: "arn:secrets-key" }, resources: ["secrets"] },
      vpcConfig: {
        subnetIds: ["subnet-a", "subnet-b"],
        endpointPrivateAccess: true,
        endpointPublicAccess: false,
      },
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      upgradePolicy: { supportType: "STANDARD" },
      zonalShiftConfig: { enabled: true },
      deletionProtection: false,
      tags: { team: "a" },
    });
  });

  it("is public to the listed ranges alone", async () => {
    const { children } = await make({ publicAccessCidrs: ["203.0.113.7/32"] });
    expect(children[CLUSTER]?.inputs["vpcConfig"]).toMatchObject({
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: ["203.0.113.7/32"],
    });
  });

  it("comes after its own log group and after what nodes need", async () => {
    const { children, prerequisite } = await make();
    const names = (children[CLUSTER]?.options.dependsOn as pulumi.Resource[]).map((resource) =>
      resource === prerequisite ? "prerequisite" : resource.constructor.name,
    );
    expect(names).toEqual(["LogGroup", "prerequisite"]);
    expect(children[LOGS]?.inputs).toEqual({
      name: "/aws/eks/twinstack-test/cluster",
      retentionInDays: 30,
      kmsKeyId: "arn:log-key",
      tags: { team: "a" },
    });
  });

  it("admits the listed principals, as admins of the whole cluster", async () => {
    const { children } = await make();
    const key = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation cluster-admin-role-ops-admin";
    expect(children[key]?.inputs).toEqual({
      clusterName: "twinstack-test",
      principalArn: ADMIN,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      accessScope: { type: "cluster" },
    });
  });

  it("gives a kubeconfig that asks aws for a token and holds none", async () => {
    const { cluster } = await make();
    const config = await value(cluster.kubeconfig);
    expect(JSON.parse(config)).toEqual({
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "twinstack-test",
          cluster: { server: "https://cluster.test", "certificate-authority-data": "Q0E=" },
        },
      ],
      contexts: [{ name: "twinstack-test", context: { cluster: "twinstack-test", user: "twinstack-test" } }],
      "current-context": "twinstack-test",
      users: [
        {
          name: "twinstack-test",
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1",
              command: "aws",
              args: [
                ...["--region", "eu-central-1", "eks", "get-token"],
                ...["--cluster-name", "twinstack-test", "--output", "json"],
              ],
              interactiveMode: "Never",
            },
          },
        },
      ],
    });
  });

  it("is protected in Pulumi and in EKS when asked", async () => {
    const { children } = await make({ protect: true });
    expect(children[CLUSTER]?.options.protect).toBe(true);
    expect(children[CLUSTER]?.inputs["deletionProtection"]).toBe(true);
  });
});
