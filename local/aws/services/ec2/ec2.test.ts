import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { text } from "../fields.ts";
import { getManagedPrefixList, prefixListRanges, prefixLists } from "./prefix-lists.ts";
import { ASSOCIATION, GATEWAY, NAT, refusal, ROUTE, SUBNET, TABLE, VPC } from "./testing.ts";

const EIP = "aws:ec2/eip:Eip";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";

let account: MemoryAccount;
let vpc: StoredResource;
beforeEach(() => {
  account = new MemoryAccount();
  vpc = account.make(VPC, { cidrBlock: "10.0.0.0/16", enableDnsSupport: true });
});

function subnet(cidrBlock: string, zone = "eu-central-1a", of: StoredResource = vpc): StoredResource {
  return account.make(SUBNET, { vpcId: of.id, cidrBlock, availabilityZone: zone });
}

const refused = (type: string, inputs: JsonObject): string => refusal(() => account.make(type, inputs));

describe("networks", () => {
  it("answers a VPC as AWS does", () => {
    expect(vpc.id).toMatch(/^vpc-[0-9a-f]{17}$/);
    expect(vpc.outputs).toMatchObject({
      arn: `arn:aws:ec2:eu-central-1:000000000000:vpc/${vpc.id}`,
      defaultSecurityGroupId: expect.stringMatching(/^sg-[0-9a-f]{17}$/) as string,
      enableDnsHostnames: false,
      ownerId: "000000000000",
      tagsAll: {},
    });
    expect(vpc.outputs["mainRouteTableId"]).toBe(vpc.outputs["defaultRouteTableId"]);
  });

  it("keeps subnets inside their VPC and apart from each other", () => {
    const first = subnet("10.0.0.0/24");
    expect(first.outputs).toMatchObject({
      availabilityZone: "eu-central-1a",
      availabilityZoneId: "euc1-az1",
    });
    const make = (cidrBlock: string, more: JsonObject = {}) =>
      refused(SUBNET, { vpcId: vpc.id, cidrBlock, ...more });
    expect(make("10.1.0.0/24")).toBe("InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid.");
    expect(make("10.0.0.128/25")).toBe(
      "InvalidSubnet.Conflict: The CIDR '10.0.0.128/25' conflicts with another subnet",
    );
    expect(make("10.0.1.0/24", { availabilityZone: "us-east-1a" })).toMatch(
      /^InvalidParameterValue: Value \(us-east-1a\)/,
    );
    expect(refused(SUBNET, { vpcId: "vpc-0", cidrBlock: "10.0.1.0/24" })).toBe(
      "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist",
    );
    expect(subnet("10.0.1.0/24").id).not.toBe(first.id);
  });

  it("lets a VPC go only when it is empty", () => {
    const inside = subnet("10.0.0.0/24");
    expect(refusal(() => account.remove(vpc))).toBe(
      `DependencyViolation: The vpc '${vpc.id}' has dependencies and cannot be deleted.`,
    );
    account.remove(inside);
    expect(refusal(() => account.remove(vpc))).toBe("nothing was refused");
  });
});

describe("gateways", () => {
  it("attaches one internet gateway a VPC", () => {
    const gateway = account.make(GATEWAY, { vpcId: vpc.id });
    expect(refused(GATEWAY, { vpcId: vpc.id })).toBe(
      `Resource.AlreadyAssociated: resource ${vpc.id} is already attached to network gateway ${gateway.id}`,
    );
  });

  it("makes a public NAT gateway only with an address and a way out, and holds on to both", () => {
    const inside = subnet("10.0.0.0/24");
    const eip = account.make(EIP, { domain: "vpc" });
    const inputs = { subnetId: inside.id, allocationId: eip.id };
    expect(refused(NAT, inputs)).toBe(
      `Gateway.NotAttached: Network ${vpc.id} has no Internet gateway attached`,
    );
    const gateway = account.make(GATEWAY, { vpcId: vpc.id });
    expect(refused(NAT, { ...inputs, allocationId: "eipalloc-0" })).toBe(
      "InvalidAllocationID.NotFound: The allocation ID 'eipalloc-0' does not exist",
    );
    const nat = account.make(NAT, inputs);
    expect(nat.outputs).toMatchObject({ privateIp: "10.0.0.254", publicIp: "203.0.113.1", vpcId: vpc.id });
    expect(refused(NAT, inputs)).toBe(
      `Resource.AlreadyAssociated: Elastic IP address [${eip.id}] is already associated`,
    );
    expect(refusal(() => account.remove(eip))).toBe("InvalidIPAddress.InUse: Address 203.0.113.1 is in use.");
    expect(refusal(() => account.remove(gateway))).toMatch(
      /^DependencyViolation: Network vpc-\w+ has some mapped/,
    );
    expect(refusal(() => account.remove(inside))).toBe(
      `DependencyViolation: The subnet '${inside.id}' has dependencies and cannot be deleted.`,
    );
  });
});

describe("routes", () => {
  it("leads only to what is there, once a destination", () => {
    const table = account.make(TABLE, { vpcId: vpc.id });
    const gateway = account.make(GATEWAY, { vpcId: vpc.id });
    const route = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id };
    expect(refused(ROUTE, { ...route, gatewayId: "igw-0" })).toBe(
      "InvalidInternetGatewayID.NotFound: The internetGateway ID 'igw-0' does not exist",
    );
    expect(refused(ROUTE, { ...route, routeTableId: "rtb-0" })).toBe(
      "InvalidRouteTableID.NotFound: The routeTable ID 'rtb-0' does not exist",
    );
    const made = account.make(ROUTE, route);
    // The checksum the provider appends for 0.0.0.0/0.
    expect(made.id).toBe(`r-${table.id}1080289494`);
    expect(made.outputs).toMatchObject({ origin: "CreateRoute", state: "active" });
    expect(refused(ROUTE, route)).toBe(
      "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.",
    );
  });

  it("refuses a gateway of another network", () => {
    const other = account.make(VPC, { cidrBlock: "10.1.0.0/16" });
    const gateway = account.make(GATEWAY, { vpcId: other.id });
    const table = account.make(TABLE, { vpcId: vpc.id });
    expect(
      refused(ROUTE, { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id }),
    ).toBe(
      `InvalidParameterValue: route table ${table.id} and network gateway ${gateway.id} belong to different networks`,
    );
  });

  it("associates a subnet once, and holds on to the table", () => {
    const table = account.make(TABLE, { vpcId: vpc.id });
    const inside = subnet("10.0.0.0/24");
    const association = account.make(ASSOCIATION, { routeTableId: table.id, subnetId: inside.id });
    expect(refused(ASSOCIATION, { routeTableId: table.id, subnetId: inside.id })).toMatch(
      /^Resource.AlreadyAssociated/,
    );
    expect(refusal(() => account.remove(table))).toBe(
      `DependencyViolation: The routeTable '${table.id}' has dependencies and cannot be deleted.`,
    );
    account.remove(association);
    expect(refusal(() => account.remove(table))).toBe("nothing was refused");
  });
});

describe("security groups", () => {
  const group = (name: string): StoredResource => account.make(GROUP, { name, vpcId: vpc.id });

  it("has one of a name in a VPC", () => {
    group("web");
    expect(refused(GROUP, { name: "web", vpcId: vpc.id })).toBe(
      `InvalidGroup.Duplicate: The security group 'web' already exists for VPC '${vpc.id}'`,
    );
  });

  it("refuses a rule twice, and sources that are not there", () => {
    const web = group("web");
    const rule = {
      securityGroupId: web.id,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "10.0.0.0/16",
    };
    const made = account.make(INGRESS, rule);
    expect(made.outputs["securityGroupRuleId"]).toBe(made.id);
    expect(refused(INGRESS, rule)).toBe(
      'InvalidPermission.Duplicate: the specified rule "peer: 10.0.0.0/16, TCP, from port: 443, to port: 443, ALLOW" already exists',
    );
    const from = (source: JsonObject) =>
      refused(INGRESS, { securityGroupId: web.id, ipProtocol: "-1", ...source });
    expect(from({ referencedSecurityGroupId: "sg-0" })).toBe(
      "InvalidGroup.NotFound: The security group 'sg-0' does not exist",
    );
    expect(from({ prefixListId: "pl-0" })).toBe(
      "InvalidPrefixListID.NotFound: The prefix list ID 'pl-0' does not exist",
    );
  });

  it("has the addresses of CloudFront's and S3's stand-ins in their prefix lists, and in no other", () => {
    const [cloudfront, s3] = prefixLists(account.region);
    expect(prefixListRanges(account, cloudfront?.id ?? "")).toEqual([
      "130.176.0.0/17",
      "64.252.64.0/18",
      "10.0.0.1/32",
    ]);
    expect(prefixListRanges(account, s3?.id ?? "")).toEqual(["52.219.0.0/17", "10.0.0.3/32"]);
    expect(prefixListRanges(account, "pl-0")).toEqual([]);
    const answer = getManagedPrefixList.invoke({ id: cloudfront?.id ?? "" }, account);
    expect(answer["entries"]).toContainEqual({ cidr: "10.0.0.1/32", description: "" });
  });

  it("takes a VPC's default group as a source, and holds on to a group another one names", () => {
    const [web, data] = [group("web"), group("data")];
    const fallback = text(vpc.outputs, "defaultSecurityGroupId") ?? "";
    account.make(INGRESS, { securityGroupId: web.id, ipProtocol: "-1", referencedSecurityGroupId: fallback });
    const rule = account.make(INGRESS, {
      securityGroupId: data.id,
      ipProtocol: "-1",
      referencedSecurityGroupId: web.id,
    });
    expect(refusal(() => account.remove(web))).toBe(
      `DependencyViolation: resource ${web.id} has a dependent object`,
    );
    account.remove(rule);
    expect(refusal(() => account.remove(web))).toBe("nothing was refused");
  });
});

describe("VPC endpoints", () => {
  const service = (name: string): string => `com.amazonaws.eu-central-1.${name}`;

  it("answers a gateway endpoint with its prefix list, once a route table", () => {
    const table = account.make(TABLE, { vpcId: vpc.id });
    const inputs = { vpcId: vpc.id, serviceName: service("s3"), routeTableIds: [table.id] };
    const made = account.make(ENDPOINT, inputs);
    expect(made.outputs).toMatchObject({
      state: "available",
      networkInterfaceIds: [],
      routeTableIds: [table.id],
    });
    expect(made.outputs["prefixListId"]).toMatch(/^pl-[0-9a-f]{8}$/);
    expect(refused(ENDPOINT, inputs)).toMatch(/^RouteAlreadyExists: route table rtb-\w+ already has a route/);
    expect(refused(ENDPOINT, { ...inputs, serviceName: service("s4") })).toBe(
      "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-central-1.s4' does not exist",
    );
  });

  it("gives an interface endpoint one interface a zone, and private names only where the VPC has names", () => {
    const [a, b, twin] = [
      subnet("10.0.0.0/24"),
      subnet("10.0.1.0/24", "eu-central-1b"),
      subnet("10.0.2.0/24"),
    ];
    const inputs = { vpcId: vpc.id, serviceName: service("ecr.api"), vpcEndpointType: "Interface" };
    expect(refused(ENDPOINT, { ...inputs, subnetIds: [a.id, twin.id] })).toMatch(
      /^DuplicateSubnetsInSameZone/,
    );
    expect(refused(ENDPOINT, { ...inputs, subnetIds: [a.id], privateDnsEnabled: true })).toBe(
      `InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc.id}`,
    );
    const made = account.make(ENDPOINT, { ...inputs, subnetIds: [a.id, b.id] });
    expect(made.outputs["networkInterfaceIds"]).toHaveLength(2);
    expect(made.outputs["securityGroupIds"]).toEqual([vpc.outputs["defaultSecurityGroupId"]]);
  });

  it("keeps a policy that is not named any more", () => {
    const policy =
      '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}';
    const inputs = { vpcId: vpc.id, serviceName: service("s3"), vpcEndpointType: "Gateway" };
    const made = account.make(ENDPOINT, { ...inputs, policy });
    expect(account.update(made, inputs).outputs["policy"]).toBe(policy);
  });
});
