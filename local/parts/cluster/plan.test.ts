import { AwsError } from "../../aws/model.ts";
import { planCluster } from "./plan.ts";
import { account, cluster } from "./testing.ts";

describe("planCluster", () => {
  it("puts one node into each zone, with a pod range and a provider id of its own", () => {
    const plan = planCluster(cluster({ version: "1.34" }), account(["c", "a", "b"]));
    expect(plan.nodes.map(({ name, zone, subnetId, podRange }) => [name, zone, subnetId, podRange])).toEqual([
      ["node-a", "eu-central-1a", "subnet-1", "100.64.1.0/24"],
      ["node-b", "eu-central-1b", "subnet-2", "100.64.2.0/24"],
      ["node-c", "eu-central-1c", "subnet-0", "100.64.3.0/24"],
    ]);
    expect(plan.nodes[0]?.providerId).toMatch(/^aws:\/\/\/eu-central-1a\/i-[0-9a-f]{17}$/);
    expect(new Set(plan.nodes.map(({ providerId }) => providerId)).size).toBe(3);
    expect(plan.region).toBe("eu-central-1");
    expect(plan.controlPlaneSubnet).toBe("subnet-0");
  });

  it("makes three nodes of two zones, the third in the first zone's other subnet", () => {
    const plan = planCluster(cluster({}), account(["a", "b", "a"]));
    expect(plan.nodes.map(({ zone, subnetId }) => [zone, subnetId])).toEqual([
      ["eu-central-1a", "subnet-0"],
      ["eu-central-1b", "subnet-1"],
      ["eu-central-1a", "subnet-2"],
    ]);
  });

  it("gives nodes the cluster's own group, and the control plane those the program names besides", () => {
    const named = cluster({});
    const vpcConfig = { clusterSecurityGroupId: "sg-cluster", securityGroupIds: ["sg-more"] };
    expect(planCluster({ ...named, outputs: { vpcConfig } }, account(["a", "b", "c"]))).toMatchObject({
      nodeSecurityGroups: ["sg-cluster"],
      controlPlaneSecurityGroups: ["sg-cluster", "sg-more"],
    });
    expect(() => planCluster({ ...named, outputs: {} }, account(["a", "b", "c"]))).toThrow(
      "the cluster main has no security group in the record",
    );
  });

  it("takes the service range from the inputs, and its first and tenth address as EKS does", () => {
    const inputs = { kubernetesNetworkConfig: { serviceIpv4Cidr: "10.100.0.0/16" } };
    expect(planCluster(cluster(inputs), account(["a", "b", "c"]))).toMatchObject({
      serviceRange: "10.100.0.0/16",
      apiServiceAddress: "10.100.0.1",
      dnsServiceAddress: "10.100.0.10",
    });
    expect(planCluster(cluster({}), account(["a", "b", "c"]))).toMatchObject({
      serviceRange: "172.20.0.0/16",
      apiServiceAddress: "172.20.0.1",
      dnsServiceAddress: "172.20.0.10",
    });
  });

  it.each([
    [
      { version: "1.33" },
      'version: unsupported Kubernetes version "1.33": this machine runs 1.34.9; write "1.34"',
    ],
    [
      { version: "1.34.9" },
      'version: unsupported Kubernetes version "1.34.9": this machine runs 1.34.9; write "1.34"',
    ],
    [
      { kubernetesNetworkConfig: { ipFamily: "ipv6" } },
      'kubernetesNetworkConfig.ipFamily: "ipv6" is not run on this machine; write "ipv4"',
    ],
    [
      { kubernetesNetworkConfig: { serviceIpv4Cidr: "100.64.0.0/16" } },
      'kubernetesNetworkConfig.serviceIpv4Cidr: "100.64.0.0/16" must be a /12 to /24 outside 100.64.0.0/16; write e.g. 172.20.0.0/16',
    ],
    [
      { kubernetesNetworkConfig: { serviceIpv4Cidr: "10.0.0.0/8" } },
      'kubernetesNetworkConfig.serviceIpv4Cidr: "10.0.0.0/8" must be a /12 to /24 outside 100.64.0.0/16; write e.g. 172.20.0.0/16',
    ],
    [
      { kubernetesNetworkConfig: { serviceIpv4Cidr: "10.100.0.1/16" } },
      'kubernetesNetworkConfig.serviceIpv4Cidr: "10.100.0.1/16" has bits set beyond its prefix; write 10.100.0.0/16',
    ],
    [
      { vpcConfig: { subnetIds: ["subnet-nowhere"] } },
      "vpcConfig.subnetIds: the subnet ID 'subnet-nowhere' does not exist",
    ],
    [{ vpcConfig: { subnetIds: [] } }, "vpcConfig.subnetIds: is empty; write subnets of at least two zones"],
  ])("refuses %j", (inputs, message) => {
    const refusal = refusalOf(() => planCluster(cluster(inputs), account(["a", "b", "c"])));
    expect(refusal).toEqual({ code: "InvalidParameterException", message });
  });
});

function refusalOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: error.code, message: error.message };
  }
}
