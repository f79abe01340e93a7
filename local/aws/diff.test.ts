import { UNKNOWN, type Values } from "../provider/provider.ts";
import { AwsProvider } from "./plugin.ts";
import { engineCall, memoryRegion } from "./testing.ts";

const SUBNET = "aws:ec2/subnet:Subnet";
const CLUSTER = "aws:eks/cluster:Cluster";
const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

async function diff(type: string, olds: Values, news: Values, outputs: Values = olds, name = "it") {
  const aws = new AwsProvider("7.48.0", memoryRegion().call);
  return aws.diff(engineCall(type, name), "id", olds, outputs, news);
}

describe("Diff", () => {
  it("calls equal inputs no change", async () => {
    const inputs = { vpcId: "v", tags: { a: "1" } };
    expect((await diff(SUBNET, inputs, { ...inputs })).detailed).toEqual({});
  });

  it("replaces for what the table says, by the leaf that changed", async () => {
    expect(
      await diff(SUBNET, { vpcId: "v", cidrBlock: "10.0.0.0/24" }, { vpcId: "v", cidrBlock: "10.0.1.0/24" }),
    ).toEqual({ detailed: { cidrBlock: "update-replace" }, deleteBeforeReplace: false });
  });

  it("replaces for an inner path, and only for it", async () => {
    const cluster = (range: string, balancing: boolean) => ({
      name: "c",
      kubernetesNetworkConfig: { serviceIpv4Cidr: range, elasticLoadBalancing: { enabled: balancing } },
    });
    const inPlace = await diff(CLUSTER, cluster("10.0.0.0/16", true), cluster("10.0.0.0/16", false));
    expect(inPlace.detailed).toEqual({ "kubernetesNetworkConfig.elasticLoadBalancing.enabled": "update" });
    const replacing = await diff(CLUSTER, cluster("10.0.0.0/16", true), cluster("10.1.0.0/16", true));
    expect(replacing.detailed).toEqual({ "kubernetesNetworkConfig.serviceIpv4Cidr": "update-replace" });
  });

  it("does not replace for a block that comes without its replacing member", async () => {
    const added = await diff(
      CLUSTER,
      { name: "c" },
      { name: "c", accessConfig: { authenticationMode: "API" } },
    );
    expect(added.detailed).toEqual({ "accessConfig.authenticationMode": "add" });
  });

  it("keeps what the service filled in when it is not asked for any more", async () => {
    const olds = { vpcId: "v", cidrBlock: "10.0.0.0/24", availabilityZone: "eu-central-1a" };
    expect((await diff(SUBNET, olds, { vpcId: "v", cidrBlock: "10.0.0.0/24" })).detailed).toEqual({});
    expect((await diff(SUBNET, { ...olds, tags: { a: "1" } }, olds)).detailed).toEqual({
      "tags.a": "delete",
    });
  });

  it("sees no change when what is asked for is there already", async () => {
    const outputs = { vpcId: "v", availabilityZone: "eu-central-1a" };
    const news = { vpcId: "v", availabilityZone: "eu-central-1a" };
    expect((await diff(SUBNET, { vpcId: "v" }, news, outputs)).detailed).toEqual({});
  });

  it("takes an unknown for a change, which replaces where a change would", async () => {
    expect((await diff(SUBNET, { vpcId: "v" }, { vpcId: UNKNOWN })).detailed).toEqual({
      vpcId: "update-replace",
    });
  });

  it("knows sets, outer and inner, from lists", async () => {
    const cluster = (subnetIds: string[]) => ({ name: "c", vpcConfig: { subnetIds } });
    expect((await diff(CLUSTER, cluster(["a", "b"]), cluster(["b", "a"]))).detailed).toEqual({});
    expect((await diff(CLUSTER, cluster(["a", "b"]), cluster(["b", "c"]))).detailed).toEqual({
      "vpcConfig.subnetIds": "update",
    });
  });

  it("compares policies as documents", async () => {
    const role = (assumeRolePolicy: string) => ({ name: "r", assumeRolePolicy });
    const same = await diff("aws:iam/role:Role", role('{"a":1,"b":2}'), role('{ "b": 2, "a": 1 }'));
    expect(same.detailed).toEqual({});
    const other = await diff("aws:iam/role:Role", role('{"a":1}'), role('{"a":2}'));
    expect(other.detailed).toEqual({ assumeRolePolicy: "update" });
  });

  it("deletes first what bears a given name, not what was named for it", async () => {
    const group = (name: string, description: string) => ({ name, description, vpcId: "v" });
    const type = "aws:ec2/securityGroup:SecurityGroup";
    expect((await diff(type, group("db", "a"), group("db", "b"))).deleteBeforeReplace).toBe(true);
    expect((await diff(type, group("db", "a"), group("data", "a"))).deleteBeforeReplace).toBe(false);
    const named = group("it-0a1b2c3", "a");
    expect((await diff(type, named, { ...named, description: "b" })).deleteBeforeReplace).toBe(false);
  });

  it("deletes first where the real provider says so for the type", async () => {
    const policy = (text: string) => ({ repository: "r", policy: text });
    const changed = await diff(
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      policy("{}"),
      policy('{"rules":[]}'),
    );
    expect(changed).toEqual({ detailed: { policy: "update-replace" }, deleteBeforeReplace: true });
  });

  it("replaces a security group's rule for another kind of source, not for another source", async () => {
    const rule = (source: Values) => ({ securityGroupId: "sg-1", ipProtocol: "-1", ...source });
    const other = await diff(RULE, rule({ cidrIpv4: "10.0.0.0/8" }), rule({ cidrIpv4: "10.1.0.0/16" }));
    expect(other.detailed).toEqual({ cidrIpv4: "update" });
    const kind = await diff(RULE, rule({ cidrIpv4: "10.0.0.0/8" }), rule({ prefixListId: "pl-1" }));
    expect(kind.detailed).toEqual({ cidrIpv4: "delete-replace", prefixListId: "add-replace" });
  });

  it("replaces for another region", async () => {
    const changed = await diff(
      SUBNET,
      { vpcId: "v" },
      { vpcId: "v", region: "us-east-1" },
      { region: "eu-central-1" },
    );
    expect(changed.detailed).toEqual({ region: "add-replace" });
  });

  it("writes odd keys as the engine does", async () => {
    const changed = await diff(
      SUBNET,
      { vpcId: "v", tags: { "a/b": "1" } },
      { vpcId: "v", tags: { "a/b": "2" } },
    );
    expect(changed.detailed).toEqual({ 'tags["a/b"]': "update" });
  });
});
