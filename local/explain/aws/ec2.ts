import type { ExplainTable } from "../classification.ts";

const RECORDED = "recorded: nobody reads it here";
const ROUTES = "recorded: hosts share the VPC's bridge, no table routes them";
const NO_INTERNET = "recorded: hosts have no way to the internet";
const ENDPOINT =
  "S3's gateway and Elastic Load Balancing's interfaces answer; of other services nobody listens";
const FILTER = "nftables in each host's namespace";
const RULE = ["fromPort", "ipProtocol", "securityGroupId", "toPort"];
const PEERS = ["cidrIpv4", "prefixListId", "referencedSecurityGroupId"];

export const ec2: ExplainTable = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    enforced: { [FILTER]: ["egress", "ingress", "vpcId"] },
    stored: { [RECORDED]: ["tags"] },
  },
  "aws:ec2/eip:Eip": { stored: { [NO_INTERNET]: ["domain"], [RECORDED]: ["tags"] } },
  "aws:ec2/flowLog:FlowLog": {
    stored: {
      "recorded: nobody writes flow logs": [
        "iamRoleArn",
        "logDestination",
        "logDestinationType",
        "maxAggregationInterval",
        "tags",
        "trafficType",
        "vpcId",
      ],
    },
  },
  "aws:ec2/internetGateway:InternetGateway": {
    stored: { [NO_INTERNET]: ["vpcId"], [RECORDED]: ["tags"] },
  },
  "aws:ec2/natGateway:NatGateway": {
    stored: { [NO_INTERNET]: ["allocationId", "subnetId"], [RECORDED]: ["tags"] },
  },
  "aws:ec2/route:Route": {
    stored: { [ROUTES]: ["destinationCidrBlock", "gatewayId", "natGatewayId", "routeTableId"] },
  },
  "aws:ec2/routeTable:RouteTable": { stored: { [ROUTES]: ["vpcId"], [RECORDED]: ["tags"] } },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    stored: { [ROUTES]: ["routeTableId", "subnetId"] },
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    enforced: { "the model refuses the group outside its VPC": ["vpcId"] },
    stored: { [RECORDED]: ["description", "tags"] },
  },
  "aws:ec2/subnet:Subnet": {
    enforced: {
      "addresses of hosts": ["cidrBlock", "vpcId"],
      "zone of its hosts": ["availabilityZone"],
    },
    stored: { [RECORDED]: ["tags"] },
    inert: { "there are no public addresses": ["mapPublicIpOnLaunch"] },
  },
  "aws:ec2/vpc:Vpc": {
    enforced: { "bridge and router": ["cidrBlock"] },
    stored: {
      [RECORDED]: ["tags"],
      "the resolver runs either way; private DNS of endpoints is refused without it": [
        "enableDnsHostnames",
        "enableDnsSupport",
      ],
    },
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    enforced: {
      [ENDPOINT]: [
        "privateDnsEnabled",
        "securityGroupIds",
        "serviceName",
        "subnetIds",
        "vpcEndpointType",
        "vpcId",
      ],
    },
    stored: {
      "one route table is as good as all: the whole VPC reaches S3 by it": ["routeTableIds"],
      [RECORDED]: ["tags"],
    },
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    enforced: { [FILTER]: [...RULE, "referencedSecurityGroupId"] },
    stored: { [RECORDED]: ["description"] },
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    enforced: { [FILTER]: [...RULE, ...PEERS] },
    stored: { [RECORDED]: ["description"] },
  },
};
