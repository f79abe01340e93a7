import type { JsonObject } from "../../../region/protocol.ts";
import { contains, overlaps, tryParseCidr } from "../../../cidr.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { zonesOf } from "../../zones.ts";
import { flag, text } from "../fields.ts";
import { isCidr, oneOf } from "../rules.ts";
import {
  attachments,
  INTERNET_GATEWAY,
  requireVpc,
  ROUTE_TABLE,
  SECURITY_GROUP,
  SUBNET,
  VPC,
  VPC_ENDPOINT,
} from "./references.ts";

const VPC_SIZE = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html";
const SUBNET_SIZE = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";
const CREATE_VPC = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html";

const dnsHostnames: Rule = {
  source: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html",
  check: (inputs) =>
    inputs["enableDnsHostnames"] === true && inputs["enableDnsSupport"] === false
      ? [{ property: "enableDnsHostnames", reason: "needs enableDnsSupport: true; it is false" }]
      : [],
};

const hasCidr: Rule = {
  source: CREATE_VPC,
  check: (inputs) =>
    inputs["cidrBlock"] === undefined
      ? [{ property: "cidrBlock", reason: "is required; write a range such as 10.0.0.0/16" }]
      : [],
};

export const vpc: ResourceModel = {
  type: VPC,
  // The provider's schema says so through a constant, which the facts table does not carry.
  defaults: { instanceTenancy: "default" },
  notModelled: [
    "assignGeneratedIpv6CidrBlock",
    "ipv4IpamPoolId",
    "ipv4NetmaskLength",
    "ipv6CidrBlock",
    "ipv6CidrBlockNetworkBorderGroup",
    "ipv6IpamPoolId",
    "ipv6NetmaskLength",
  ],
  rules: [
    hasCidr,
    isCidr("cidrBlock", 16, 28, VPC_SIZE),
    oneOf("instanceTenancy", ["default", "dedicated"], CREATE_VPC),
    dnsHostnames,
  ],
  // Tenancy may be loosened from dedicated to default in place, nothing else.
  replaces: (olds, news) =>
    olds["instanceTenancy"] === "default" && news["instanceTenancy"] === "dedicated"
      ? ["instanceTenancy"]
      : [],
  create(inputs, account) {
    const id = account.newId("vpc");
    const table = account.newId("rtb");
    return {
      id,
      outputs: {
        arn: account.arn("ec2", `vpc/${id}`, text(inputs, "region")),
        assignGeneratedIpv6CidrBlock: false,
        defaultNetworkAclId: account.newId("acl"),
        defaultRouteTableId: table,
        defaultSecurityGroupId: account.newId("sg"),
        dhcpOptionsId: account.newId("dopt"),
        enableDnsHostnames: flag(inputs, "enableDnsHostnames") ?? false,
        enableNetworkAddressUsageMetrics: flag(inputs, "enableNetworkAddressUsageMetrics") ?? false,
        ipv6AssociationId: "",
        ipv6CidrBlock: "",
        ipv6CidrBlockNetworkBorderGroup: "",
        mainRouteTableId: table,
        ownerId: account.id,
      },
    };
  },
  canDelete(current, account) {
    const inUse = [SUBNET, INTERNET_GATEWAY, ROUTE_TABLE, SECURITY_GROUP, VPC_ENDPOINT].some((type) =>
      account.all(type).some((resource) => resource.outputs["vpcId"] === current.id),
    );
    if (inUse) {
      throw new AwsError(
        "DependencyViolation",
        `The vpc '${current.id}' has dependencies and cannot be deleted.`,
      );
    }
  },
};

/** The zone's name and id, from whichever of the two was given; the first zone when neither was. */
function subnetZone(inputs: JsonObject, account: Account): { name: string; id: string } {
  const region = text(inputs, "region") ?? account.region;
  const zones = zonesOf(region);
  const name = text(inputs, "availabilityZone");
  const id = text(inputs, "availabilityZoneId");
  const zone = zones.find((candidate) =>
    name !== undefined ? candidate.name === name : id === undefined || candidate.id === id,
  );
  if (zone) return zone;
  throw new AwsError(
    "InvalidParameterValue",
    `Value (${name ?? id ?? ""}) for parameter availabilityZone is invalid. Subnets can currently only be created in ` +
      `the following availability zones: ${zones.map((candidate) => candidate.name).join(", ")}.`,
  );
}

function checkRange(inputs: JsonObject, vpcId: string, vpcRange: string, account: Account): void {
  const wanted = text(inputs, "cidrBlock") ?? "";
  const range = tryParseCidr(wanted);
  const outer = tryParseCidr(vpcRange);
  if (!range || !outer || !contains(outer, range)) {
    throw new AwsError("InvalidSubnet.Range", `The CIDR '${wanted}' is invalid.`);
  }
  for (const other of account.all(SUBNET)) {
    const taken = tryParseCidr(text(other.outputs, "cidrBlock") ?? "");
    if (other.outputs["vpcId"] === vpcId && taken && overlaps(taken, range)) {
      throw new AwsError("InvalidSubnet.Conflict", `The CIDR '${wanted}' conflicts with another subnet`);
    }
  }
}

export const subnet: ResourceModel = {
  type: SUBNET,
  notModelled: [
    "assignIpv6AddressOnCreation",
    "customerOwnedIpv4Pool",
    "enableLniAtDeviceIndex",
    "ipv4IpamPoolId",
    "ipv4NetmaskLength",
    "ipv6CidrBlock",
    "ipv6IpamPoolId",
    "ipv6NetmaskLength",
    "mapCustomerOwnedIpOnLaunch",
    "outpostArn",
  ],
  rules: [
    {
      source: SUBNET_SIZE,
      check: (inputs) =>
        inputs["cidrBlock"] === undefined
          ? [
              {
                property: "cidrBlock",
                reason: "is required; write a range inside the VPC's, such as 10.0.1.0/24",
              },
            ]
          : [],
    },
    isCidr("cidrBlock", 16, 28, SUBNET_SIZE),
    oneOf(
      "privateDnsHostnameTypeOnLaunch",
      ["ip-name", "resource-name"],
      "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-naming.html",
    ),
  ],
  create(inputs, account) {
    const vpcId = text(inputs, "vpcId") ?? "";
    const parent = requireVpc(account, vpcId);
    const zone = subnetZone(inputs, account);
    checkRange(inputs, vpcId, text(parent.outputs, "cidrBlock") ?? "", account);
    const id = account.newId("subnet");
    return {
      id,
      outputs: {
        arn: account.arn("ec2", `subnet/${id}`, text(inputs, "region")),
        availabilityZone: zone.name,
        availabilityZoneId: zone.id,
        ipv6CidrBlock: "",
        ipv6CidrBlockAssociationId: "",
        ownerId: account.id,
        privateDnsHostnameTypeOnLaunch: text(inputs, "privateDnsHostnameTypeOnLaunch") ?? "ip-name",
      },
    };
  },
  canDelete(current, account) {
    if (attachments(account).some((use) => use.subnets.includes(current.id))) {
      throw new AwsError(
        "DependencyViolation",
        `The subnet '${current.id}' has dependencies and cannot be deleted.`,
      );
    }
  },
};
