import { Children, value } from "../testing/children.ts";
import { Network, type NetworkArgs } from "./network.ts";

const ARGS: NetworkArgs = {
  region: "eu-central-1",
  accountId: "111122223333",
  cidr: "10.42.0.0/16",
  zones: ["eu-central-1a", "eu-central-1b"],
  nat: "none",
  interfaceEndpoints: [],
  flowLogRetentionDays: 30,
  logKeyArn: "arn:key",
  protect: false,
  tags: { "twinstack:environment": "test" },
};

const BASE = [
  "aws:cloudwatch/logGroup:LogGroup network-flow",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup network-default",
  "aws:ec2/flowLog:FlowLog network-flow",
  "aws:ec2/internetGateway:InternetGateway network-internet",
  ...["public-a", "public-b"].map((child) => `aws:ec2/route:Route network-${child}-internet`),
  ...["data-a", "data-b", "private-a", "private-b", "public-a", "public-b"].flatMap((child) => [
    `aws:ec2/routeTable:RouteTable network-${child}`,
    `aws:ec2/routeTableAssociation:RouteTableAssociation network-${child}`,
    `aws:ec2/subnet:Subnet network-${child}`,
  ]),
  "aws:ec2/vpc:Vpc network-vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint network-s3",
  "aws:iam/role:Role network-flow",
  "aws:iam/rolePolicy:RolePolicy network-flow",
  "twinstack:network:Network network",
];

async function make(change: Partial<NetworkArgs> = {}) {
  const children = new Children();
  const network = new Network("network", { ...ARGS, ...change }, children.options);
  return { network, children: await children.all() };
}

describe("Network", () => {
  it("makes these children and no other, without NAT and endpoints", async () => {
    const { children } = await make();
    expect(Object.keys(children).sort()).toEqual([...BASE].sort());
  });

  it("places subnets by the plan, gives out no public address and marks where load balancers go", async () => {
    const { children } = await make();
    const subnet = (name: string) => children[`aws:ec2/subnet:Subnet network-${name}`]?.inputs;
    expect(subnet("private-b")).toEqual({
      vpcId: "network-vpc-id",
      availabilityZone: "eu-central-1b",
      cidrBlock: "10.42.32.0/19",
      mapPublicIpOnLaunch: false,
      tags: {
        "twinstack:environment": "test",
        "kubernetes.io/role/internal-elb": "1",
        Name: "network-private-b",
      },
    });
    expect(subnet("public-a")?.["tags"]).toMatchObject({ "kubernetes.io/role/elb": "1" });
    expect(subnet("data-a")?.["tags"]).toEqual({ "twinstack:environment": "test", Name: "network-data-a" });
  });

  it("locks the default security group and resolves names inside the VPC", async () => {
    const { children } = await make();
    const group = children["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup network-default"];
    expect(group?.inputs).toMatchObject({ vpcId: "network-vpc-id", ingress: [], egress: [] });
    expect(children["aws:ec2/vpc:Vpc network-vpc"]?.inputs).toMatchObject({
      cidrBlock: "10.42.0.0/16",
      enableDnsSupport: true,
      enableDnsHostnames: true,
    });
  });

  it("logs all traffic, encrypted, through a role of this account's flow logs alone", async () => {
    const { children } = await make();
    expect(children["aws:ec2/flowLog:FlowLog network-flow"]?.inputs).toMatchObject({
      trafficType: "ALL",
      logDestination: "arn:network-flow",
      logDestinationType: "cloud-watch-logs",
    });
    expect(children["aws:cloudwatch/logGroup:LogGroup network-flow"]?.inputs).toMatchObject({
      retentionInDays: 30,
      kmsKeyId: "arn:key",
    });
    expect(
      JSON.parse(children["aws:iam/role:Role network-flow"]?.inputs["assumeRolePolicy"] as string),
    ).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
        },
      ],
    });
    const policy = children["aws:iam/rolePolicy:RolePolicy network-flow"]?.inputs["policy"] as string;
    expect(JSON.parse(policy)).toMatchObject({ Statement: [{ Resource: "arn:network-flow:*" }] });
  });

  it("gives S3 to the private subnets, and the data subnets no route at all", async () => {
    const { children } = await make({ nat: "per-zone" });
    expect(children["aws:ec2/vpcEndpoint:VpcEndpoint network-s3"]?.inputs).toMatchObject({
      serviceName: "com.amazonaws.eu-central-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: ["network-private-a-id", "network-private-b-id"],
    });
    expect(Object.keys(children).filter((key) => key.startsWith("aws:ec2/route:Route network-data"))).toEqual(
      [],
    );
  });

  it.each([
    ["single" as const, ["network-nat-a"], ["network-nat-a-id", "network-nat-a-id"]],
    ["per-zone" as const, ["network-nat-a", "network-nat-b"], ["network-nat-a-id", "network-nat-b-id"]],
  ])("with NAT %s makes %j and routes to %j", async (nat, gateways, routes) => {
    const { children } = await make({ nat });
    const added = Object.keys(children).filter((key) => !BASE.includes(key));
    expect(added.sort()).toEqual(
      [
        ...gateways.flatMap((name) => [`aws:ec2/eip:Eip ${name}`, `aws:ec2/natGateway:NatGateway ${name}`]),
        "aws:ec2/route:Route network-private-a-nat",
        "aws:ec2/route:Route network-private-b-nat",
      ].sort(),
    );
    expect(
      ["a", "b"].map(
        (zone) => children[`aws:ec2/route:Route network-private-${zone}-nat`]?.inputs["natGatewayId"],
      ),
    ).toEqual(routes);
  });

  it("opens interface endpoints to the VPC on 443 and to nothing else", async () => {
    const { children } = await make({ interfaceEndpoints: ["ecr.api"] });
    expect(
      Object.keys(children)
        .filter((key) => !BASE.includes(key))
        .sort(),
    ).toEqual([
      "aws:ec2/securityGroup:SecurityGroup network-endpoints",
      "aws:ec2/vpcEndpoint:VpcEndpoint network-endpoint-ecr-api",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule network-endpoints-https",
    ]);
    const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule network-endpoints-https";
    expect(children[rule]?.inputs).toMatchObject({ cidrIpv4: "10.42.0.0/16", fromPort: 443, toPort: 443 });
    expect(children["aws:ec2/vpcEndpoint:VpcEndpoint network-endpoint-ecr-api"]?.inputs).toMatchObject({
      serviceName: "com.amazonaws.eu-central-1.ecr.api",
      privateDnsEnabled: true,
      subnetIds: ["network-private-a-id", "network-private-b-id"],
      securityGroupIds: ["network-endpoints-id"],
    });
  });

  it("protects the VPC and its subnets when asked, and nothing when not", async () => {
    const isProtected = (children: Awaited<ReturnType<typeof make>>["children"]): string[] =>
      Object.keys(children).filter((key) => children[key]?.options.protect === true);
    expect(isProtected((await make()).children)).toEqual([]);
    expect(isProtected((await make({ protect: true })).children).sort()).toEqual([
      ...["data-a", "data-b", "private-a", "private-b", "public-a", "public-b"].map(
        (child) => `aws:ec2/subnet:Subnet network-${child}`,
      ),
      "aws:ec2/vpc:Vpc network-vpc",
    ]);
  });

  it("answers subnet ids in the order of the zones", async () => {
    const { network } = await make();
    expect(await Promise.all(network.privateSubnetIds.map(value))).toEqual([
      "network-private-a-id",
      "network-private-b-id",
    ]);
    expect(await Promise.all(network.dataSubnetIds.map(value))).toEqual([
      "network-data-a-id",
      "network-data-b-id",
    ]);
  });
});
