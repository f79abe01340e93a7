import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import { diffResource } from "../../diff.ts";
import { typeFacts } from "../../facts.ts";
import { MemoryAccount } from "../../testing.ts";
import { text } from "../fields.ts";
import { functionModel, resourceModel } from "../index.ts";

const CLUSTER = "aws:eks/cluster:Cluster";
const ENTRY = "aws:eks/accessEntry:AccessEntry";
const TRUST =
  '{"Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

let account: MemoryAccount;
let subnets: readonly string[];
let roleArn: string;
beforeEach(() => {
  account = new MemoryAccount();
  const vpc = account.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  subnets = ["a", "b"].map(
    (zone, index) =>
      account.make("aws:ec2/subnet:Subnet", {
        vpcId: vpc.id,
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `eu-central-1${zone}`,
      }).id,
  );
  const role = account.make("aws:iam/role:Role", { name: "eks", assumeRolePolicy: TRUST });
  roleArn = text(role.outputs, "arn") ?? "";
});

const cluster = (more: JsonObject = {}): StoredResource =>
  account.make(CLUSTER, {
    name: "main",
    roleArn,
    version: "1.34",
    accessConfig: { authenticationMode: "API" },
    vpcConfig: { subnetIds: [...subnets] },
    ...more,
  });

describe("clusters", () => {
  it("answers as EKS does", () => {
    const { id, outputs } = cluster();
    expect(id).toBe("main");
    expect(outputs).toMatchObject({
      arn: "arn:aws:eks:eu-central-1:000000000000:cluster/main",
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16", ipFamily: "ipv4" },
      status: "ACTIVE",
      vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] },
    });
    expect(outputs["endpoint"]).toMatch(/^https:\/\/[0-9A-F]{32}\.gr7\.eu-central-1\.eks\.amazonaws\.com$/);
    const read = functionModel("aws:eks/getCluster:getCluster")?.invoke({ name: "main" }, account);
    expect(read).toMatchObject({
      endpoint: outputs["endpoint"],
      certificateAuthorities: [outputs["certificateAuthority"]],
    });
  });

  it("refuses a second one, one zone alone, and what is not there", () => {
    cluster();
    expect(() => cluster()).toThrow("Cluster already exists with name: main");
    const other = (more: JsonObject) => () => cluster({ name: "other", ...more });
    expect(other({ vpcConfig: { subnetIds: [subnets[0] ?? ""] } })).toThrow(
      "Subnets specified must be in at least two different AZs",
    );
    expect(other({ vpcConfig: { subnetIds: ["subnet-0"] } })).toThrow(
      "The subnet ID 'subnet-0' does not exist (InvalidSubnetID.NotFound)",
    );
    expect(other({ roleArn: "arn:aws:iam::000000000000:role/no" })).toThrow("does not exist");
    expect(() => functionModel("aws:eks/getCluster:getCluster")?.invoke({ name: "no" }, account)).toThrow(
      "No cluster found for name: no.",
    );
  });

  it("upgrades one minor version at a time, and keeps its group", () => {
    const made = cluster();
    const upgrade = (version: string) => () => account.update(made, { ...made.inputs, version });
    expect(upgrade("1.33")).toThrow("Unsupported Kubernetes minor version update from 1.34 to 1.33");
    const after = upgrade("1.35")();
    expect(after.outputs["version"]).toBe("1.35");
    expect(after.outputs["endpoint"]).toBe(made.outputs["endpoint"]);
    expect((after.outputs["vpcConfig"] as JsonObject)["clusterSecurityGroupId"]).toBe(
      (made.outputs["vpcConfig"] as JsonObject)["clusterSecurityGroupId"],
    );
  });

  it("lets security group rules name the group EKS made", () => {
    const group = (cluster().outputs["vpcConfig"] as JsonObject)["clusterSecurityGroupId"] ?? "";
    const rule = { securityGroupId: group, ipProtocol: "-1", cidrIpv4: "10.0.0.0/8" };
    expect(() =>
      account.make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", rule),
    ).not.toThrow();
  });

  it.each([
    [
      { computeConfig: { enabled: true } },
      "computeConfig.enabled",
      "compute_config.enabled, kubernetes_networking_config.elastic_load_balancing.enabled, and storage_config.block_storage.enabled must all be set to either true or false",
    ],
    [
      {
        bootstrapSelfManagedAddons: true,
        computeConfig: { enabled: true },
        kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
        storageConfig: { blockStorage: { enabled: true } },
      },
      "bootstrapSelfManagedAddons",
      "must be false with EKS Auto Mode; its default is true",
    ],
    [{ version: "1.12" }, "version", 'must be one of 1.31, 1.32, 1.33, 1.34, 1.35, got "1.12"'],
    [
      { vpcConfig: { endpointPublicAccess: false } },
      "vpcConfig.endpointPrivateAccess",
      "must be true when endpointPublicAccess is false: the cluster would have no endpoint",
    ],
  ])("refuses %j at the preview", (inputs, property, reason) => {
    const failures = resourceModel(CLUSTER)?.rules?.flatMap((rule) => rule.check(inputs)) ?? [];
    expect(failures).toEqual([{ property, reason }]);
  });

  it("replaces for encryption that changes, not for encryption that comes", () => {
    const model = resourceModel(CLUSTER);
    expect(model?.replaces?.({}, { encryptionConfig: {} })).toEqual([]);
    expect(model?.replaces?.({ encryptionConfig: {} }, {})).toEqual(["encryptionConfig"]);
  });

  it.each<[string, JsonObject, JsonObject, Record<string, string>]>([
    [
      "another role",
      { nodeRoleArn: "a" },
      { nodeRoleArn: "b" },
      { "computeConfig.nodeRoleArn": "update-replace" },
    ],
    ["a role that goes", { nodeRoleArn: "a" }, {}, { "computeConfig.nodeRoleArn": "delete-replace" }],
    ["a role that comes", {}, { nodeRoleArn: "b" }, { "computeConfig.nodeRoleArn": "add" }],
    [
      "other node pools",
      { nodeRoleArn: "a", nodePools: ["system"] },
      { nodeRoleArn: "a", nodePools: ["general-purpose"] },
      { "computeConfig.nodePools": "update" },
    ],
  ])("tells %s of Auto Mode's nodes from an update", (_what, before, after, detailed) => {
    const [model, facts] = [resourceModel(CLUSTER), typeFacts(CLUSTER)];
    if (!model || !facts) throw new Error("the cluster is not modelled");
    const inputs = (computeConfig: JsonObject) => ({
      name: "c",
      computeConfig: { enabled: true, ...computeConfig },
    });
    const diff = diffResource(model, facts, "it", inputs(before), {}, inputs(after));
    expect(diff.detailed).toEqual(detailed);
  });

  it.each<[string, JsonObject, JsonObject, Record<string, string>]>([
    [
      "the creator's rights",
      { accessConfig: { bootstrapClusterCreatorAdminPermissions: true } },
      { accessConfig: { bootstrapClusterCreatorAdminPermissions: false } },
      { "accessConfig.bootstrapClusterCreatorAdminPermissions": "update-replace" },
    ],
    [
      "the range of services",
      { kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16" } },
      { kubernetesNetworkConfig: { serviceIpv4Cidr: "10.100.0.0/16" } },
      { "kubernetesNetworkConfig.serviceIpv4Cidr": "update-replace" },
    ],
    [
      "load balancing, which is an update",
      { kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: false } } },
      { kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } } },
      { "kubernetesNetworkConfig.elasticLoadBalancing.enabled": "update" },
    ],
  ])("knows what a change replaces inside a block: %s", (_what, before, after, detailed) => {
    const [model, facts] = [resourceModel(CLUSTER), typeFacts(CLUSTER)];
    if (!model || !facts) throw new Error("the cluster is not modelled");
    expect(diffResource(model, facts, "it", before, {}, after).detailed).toEqual(detailed);
  });

  it("opens access to entries, and does not close it again", () => {
    const open = cluster({ accessConfig: { authenticationMode: "API_AND_CONFIG_MAP" } });
    const mode = (authenticationMode: string) => ({ ...open.inputs, accessConfig: { authenticationMode } });
    expect(() => account.update(open, mode("CONFIG_MAP"))).toThrow(
      "Unsupported authentication mode update from API_AND_CONFIG_MAP to CONFIG_MAP",
    );
    expect(account.update(open, mode("API")).outputs["accessConfig"]).toMatchObject({
      authenticationMode: "API",
    });
  });
});

describe("access and add-ons", () => {
  const admin = "arn:aws:iam::000000000000:role/admin";

  it("admits a principal once, and only where the cluster reads entries", () => {
    cluster();
    cluster({ name: "old", accessConfig: { authenticationMode: "CONFIG_MAP" } });
    const entry = account.make(ENTRY, { clusterName: "main", principalArn: admin });
    expect(entry.id).toBe(`main:${admin}`);
    expect(entry.outputs["userName"]).toBe(admin);
    expect(() => account.make(ENTRY, { clusterName: "main", principalArn: admin })).toThrow(
      "The specified access entry resource is already in use on this cluster.",
    );
    expect(() => account.make(ENTRY, { clusterName: "old", principalArn: admin })).toThrow(
      "authentication mode must be set to one of [API, API_AND_CONFIG_MAP]",
    );
  });

  it("associates policies with entries alone", () => {
    cluster();
    const inputs = {
      clusterName: "main",
      principalArn: admin,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
      accessScope: { type: "cluster" },
    };
    const type = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
    expect(() => account.make(type, inputs)).toThrow("The specified principalArn could not be found.");
    account.make(ENTRY, { clusterName: "main", principalArn: admin });
    expect(account.make(type, inputs).id).toBe(`main#${admin}#${inputs.policyArn}`);
  });

  it("knows its add-ons, one of each a cluster", () => {
    cluster();
    const addon = (addonName: string) =>
      account.make("aws:eks/addon:Addon", { clusterName: "main", addonName });
    expect(addon("metrics-server").outputs["addonVersion"]).toBe("v0.8.0-eksbuild.2");
    expect(() => addon("metrics-server")).toThrow("Addon already exists.");
    expect(() => addon("metric-server")).toThrow("Addon metric-server specified is not supported");
  });

  it("binds a service account to one role", () => {
    cluster();
    const inputs = { clusterName: "main", namespace: "app", serviceAccount: "api", roleArn };
    const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    const made = account.make(type, inputs);
    expect(made.id).toMatch(/^a-[0-9a-f]{17}$/);
    expect(() => account.make(type, inputs)).toThrow(`Association already exists: ${made.id}`);
  });
});
