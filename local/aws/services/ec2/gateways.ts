import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import { addressAt, tryParseCidr, size } from "../../../cidr.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { text } from "../fields.ts";
import { oneOf } from "../rules.ts";
import { EIP, INTERNET_GATEWAY, NAT_GATEWAY, requireSubnet, requireVpc } from "./references.ts";

const NAT_DOC = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html";

function attachedGateway(account: Account, vpcId: string): StoredResource | undefined {
  return account.all(INTERNET_GATEWAY).find((gateway) => gateway.outputs["vpcId"] === vpcId);
}

function checkAttach(inputs: JsonObject, account: Account, own?: string): void {
  const vpcId = text(inputs, "vpcId");
  if (vpcId === undefined) return;
  requireVpc(account, vpcId);
  const other = attachedGateway(account, vpcId);
  if (other && other.id !== own) {
    throw new AwsError(
      "Resource.AlreadyAssociated",
      `resource ${vpcId} is already attached to network gateway ${other.id}`,
    );
  }
}

export const internetGateway: ResourceModel = {
  type: INTERNET_GATEWAY,
  create(inputs, account) {
    checkAttach(inputs, account);
    const id = account.newId("igw");
    const arn = account.arn("ec2", `internet-gateway/${id}`, text(inputs, "region"));
    return { id, outputs: { arn, ownerId: account.id, vpcId: text(inputs, "vpcId") ?? "" } };
  },
  update(current, inputs, account) {
    checkAttach(inputs, account, current.id);
    return {};
  },
  canDelete(current, account) {
    const vpcId = text(current.outputs, "vpcId") ?? "";
    const mapped = account
      .all(NAT_GATEWAY)
      .some((nat) => nat.outputs["vpcId"] === vpcId && nat.outputs["connectivityType"] !== "private");
    if (mapped) {
      throw new AwsError(
        "DependencyViolation",
        `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) ` +
          `before detaching the gateway.`,
      );
    }
  },
};

/** The first free address of TEST-NET-3 (RFC 5737): nobody routes it, so it cannot be mistaken for a real one. */
function publicAddress(account: Account): string {
  const taken = new Set(account.all(EIP).map((eip) => eip.outputs["publicIp"]));
  for (let host = 1; host < 255; host++) {
    if (!taken.has(`203.0.113.${host}`)) return `203.0.113.${host}`;
  }
  throw new AwsError("AddressLimitExceeded", "The maximum number of addresses has been reached.");
}

export const eip: ResourceModel = {
  type: EIP,
  notModelled: [
    "address",
    "associateWithPrivateIp",
    "customerOwnedIpv4Pool",
    "instance",
    "ipamPoolId",
    "networkInterface",
    "publicIpv4Pool",
  ],
  rules: [
    oneOf(
      "domain",
      ["vpc"],
      "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html",
    ),
  ],
  create(inputs, account) {
    const id = account.newId("eipalloc");
    const region = text(inputs, "region") ?? account.region;
    const publicIp = publicAddress(account);
    return {
      id,
      outputs: {
        allocationId: id,
        arn: account.arn("ec2", `elastic-ip/${id}`, region),
        associationId: "",
        carrierIp: "",
        customerOwnedIp: "",
        domain: "vpc",
        instance: "",
        networkBorderGroup: region,
        networkInterface: "",
        privateIp: "",
        ptrRecord: "",
        publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${region}.compute.amazonaws.com`,
        publicIp,
        publicIpv4Pool: "amazon",
      },
    };
  },
  canDelete(current, account) {
    if (account.all(NAT_GATEWAY).some((nat) => nat.outputs["allocationId"] === current.id)) {
      throw new AwsError(
        "InvalidIPAddress.InUse",
        `Address ${text(current.outputs, "publicIp") ?? ""} is in use.`,
      );
    }
  },
};

const publicNeedsAddress: Rule = {
  source: NAT_DOC,
  check(inputs) {
    if (inputs["subnetId"] === undefined) {
      return [
        {
          property: "subnetId",
          reason: "is required; regional NAT gateways are not modelled by the stand-in",
        },
      ];
    }
    const isPublic = inputs["connectivityType"] === "public";
    const hasAddress = inputs["allocationId"] !== undefined;
    if (isPublic === hasAddress) return [];
    const reason = isPublic
      ? 'is required when connectivityType is "public"'
      : 'must be left out when connectivityType is "private"';
    return [{ property: "allocationId", reason }];
  },
};

/** From the top of the subnet, where no host of ours is put. */
function natAddress(inputs: JsonObject, subnet: StoredResource, account: Account): string {
  const range = tryParseCidr(text(subnet.outputs, "cidrBlock") ?? "");
  if (!range) throw new AwsError("InvalidSubnet", `The subnet ${subnet.id} has no IPv4 range.`);
  const before = account.all(NAT_GATEWAY).filter((nat) => nat.outputs["subnetId"] === subnet.id).length;
  return text(inputs, "privateIp") ?? addressAt(range, size(range) - 2 - before);
}

function natPublicAddress(inputs: JsonObject, account: Account): string {
  const allocation = text(inputs, "allocationId");
  if (allocation === undefined) return "";
  const address = account.get(EIP, allocation);
  if (!address) {
    throw new AwsError("InvalidAllocationID.NotFound", `The allocation ID '${allocation}' does not exist`);
  }
  if (account.all(NAT_GATEWAY).some((nat) => nat.outputs["allocationId"] === allocation)) {
    throw new AwsError(
      "Resource.AlreadyAssociated",
      `Elastic IP address [${allocation}] is already associated`,
    );
  }
  return text(address.outputs, "publicIp") ?? "";
}

export const natGateway: ResourceModel = {
  type: NAT_GATEWAY,
  defaults: { connectivityType: "public" },
  notModelled: [
    "availabilityMode",
    "availabilityZoneAddresses",
    "secondaryAllocationIds",
    "secondaryPrivateIpAddressCount",
    "secondaryPrivateIpAddresses",
    "vpcId",
  ],
  rules: [oneOf("connectivityType", ["public", "private"], NAT_DOC), publicNeedsAddress],
  create(inputs, account) {
    const subnet = requireSubnet(account, text(inputs, "subnetId") ?? "");
    const vpcId = text(subnet.outputs, "vpcId") ?? "";
    const publicIp = natPublicAddress(inputs, account);
    if (publicIp !== "" && !attachedGateway(account, vpcId)) {
      // The gateway would turn to the state "failed" with this code, and the provider would report it.
      throw new AwsError("Gateway.NotAttached", `Network ${vpcId} has no Internet gateway attached`);
    }
    return {
      id: account.newId("nat"),
      outputs: {
        associationId: publicIp === "" ? "" : account.newId("eipassoc"),
        availabilityMode: "zonal",
        networkInterfaceId: account.newId("eni"),
        privateIp: natAddress(inputs, subnet, account),
        publicIp,
        secondaryAllocationIds: [],
        secondaryPrivateIpAddressCount: 0,
        secondaryPrivateIpAddresses: [],
        vpcId,
      },
    };
  },
};
