import { crc32 } from "node:zlib";

import type { JsonObject } from "../../../region/protocol.ts";
import { tryParseCidr } from "../../../cidr.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { objects, text } from "../fields.ts";
import { exactlyOne, isCidr } from "../rules.ts";
import {
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  requireRouteTable,
  requireSubnet,
  requireVpc,
  ROUTE_TABLE,
} from "./references.ts";

const ROUTE = "aws:ec2/route:Route";
const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const ROUTE_DOC = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html";

/** Targets that lead to something the stand-in does not model. */
const OTHER_TARGETS = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "localGatewayId",
  "networkInterfaceId",
  "odbNetworkArn",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
];

/** The target must be there and in the table's network. */
function checkTarget(route: JsonObject, table: { id: string; vpcId: string }, account: Account): void {
  const gatewayId = text(route, "gatewayId");
  if (gatewayId !== undefined && gatewayId !== "local") {
    const gateway = account.get(INTERNET_GATEWAY, gatewayId);
    if (!gateway) {
      throw new AwsError(
        "InvalidInternetGatewayID.NotFound",
        `The internetGateway ID '${gatewayId}' does not exist`,
      );
    }
    if (gateway.outputs["vpcId"] !== table.vpcId) {
      throw new AwsError(
        "InvalidParameterValue",
        `route table ${table.id} and network gateway ${gatewayId} belong to different networks`,
      );
    }
  }
  const natId = text(route, "natGatewayId");
  if (natId === undefined) return;
  const nat = account.get(NAT_GATEWAY, natId);
  if (!nat) throw new AwsError("InvalidNatGatewayID.NotFound", `The natGateway ID '${natId}' does not exist`);
  if (nat.outputs["vpcId"] !== table.vpcId) {
    throw new AwsError(
      "InvalidParameterValue",
      `route table ${table.id} and natGateway ${natId} belong to different networks`,
    );
  }
}

function checkDestination(destination: string, tableId: string, account: Account): void {
  const routes = account.all(ROUTE).filter((route) => route.outputs["routeTableId"] === tableId);
  const inline = objects(account.get(ROUTE_TABLE, tableId)?.outputs ?? {}, "routes");
  const taken =
    routes.some((route) => route.outputs["destinationCidrBlock"] === destination) ||
    inline.some((route) => route["cidrBlock"] === destination);
  if (taken) {
    throw new AwsError("RouteAlreadyExists", `The route identified by ${destination} already exists.`);
  }
}

export const routeTable: ResourceModel = {
  type: ROUTE_TABLE,
  notModelled: ["propagatingVgws"],
  rules: [
    {
      source: ROUTE_DOC,
      check: (inputs) => {
        const routes = Array.isArray(inputs["routes"]) ? (inputs["routes"] as readonly unknown[]) : [];
        return routes.flatMap((route, index) => {
          if (typeof route !== "object" || route === null) return [];
          const range = (route as JsonObject)["cidrBlock"];
          if (typeof range !== "string" || tryParseCidr(range)) return [];
          return [
            { property: `routes[${index}].cidrBlock`, reason: `must be an IPv4 range, got "${range}"` },
          ];
        });
      },
    },
  ],
  create(inputs, account) {
    const vpcId = text(inputs, "vpcId") ?? "";
    requireVpc(account, vpcId);
    const id = account.newId("rtb");
    for (const route of objects(inputs, "routes")) checkTarget(route, { id, vpcId }, account);
    const arn = account.arn("ec2", `route-table/${id}`, text(inputs, "region"));
    return {
      id,
      outputs: { arn, ownerId: account.id, propagatingVgws: [], routes: [...objects(inputs, "routes")] },
    };
  },
  update(current, inputs, account) {
    const vpcId = text(current.outputs, "vpcId") ?? "";
    for (const route of objects(inputs, "routes")) checkTarget(route, { id: current.id, vpcId }, account);
    return {};
  },
  canDelete(current, account) {
    if (account.all(ASSOCIATION).some((association) => association.outputs["routeTableId"] === current.id)) {
      throw new AwsError(
        "DependencyViolation",
        `The routeTable '${current.id}' has dependencies and cannot be deleted.`,
      );
    }
  },
};

export const route: ResourceModel = {
  type: ROUTE,
  notModelled: ["destinationIpv6CidrBlock", "destinationPrefixListId", ...OTHER_TARGETS],
  rules: [
    exactlyOne(["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"], ROUTE_DOC),
    exactlyOne(["gatewayId", "natGatewayId", ...OTHER_TARGETS], ROUTE_DOC),
    isCidr("destinationCidrBlock", 0, 32, ROUTE_DOC),
  ],
  create(inputs, account) {
    const id = text(inputs, "routeTableId") ?? "";
    const destination = text(inputs, "destinationCidrBlock") ?? "";
    const table = requireRouteTable(account, id);
    checkTarget(inputs, { id, vpcId: table.vpcId }, account);
    checkDestination(destination, id, account);
    return {
      // The provider's own identifier: the table and a checksum of the destination.
      id: `r-${id}${crc32(destination)}`,
      outputs: {
        instanceId: "",
        instanceOwnerId: "",
        networkInterfaceId: "",
        origin: "CreateRoute",
        state: "active",
      },
    };
  },
  update(current, inputs, account) {
    const id = text(current.outputs, "routeTableId") ?? "";
    checkTarget(inputs, { id, vpcId: requireRouteTable(account, id).vpcId }, account);
    return {};
  },
};

function checkAssociation(inputs: JsonObject, account: Account): void {
  const tableId = text(inputs, "routeTableId") ?? "";
  const table = requireRouteTable(account, tableId);
  const subnetId = text(inputs, "subnetId");
  if (subnetId === undefined) return;
  if (requireSubnet(account, subnetId).outputs["vpcId"] !== table.vpcId) {
    throw new AwsError(
      "InvalidParameterValue",
      `route table ${tableId} and subnet ${subnetId} belong to different networks`,
    );
  }
}

export const routeTableAssociation: ResourceModel = {
  type: ASSOCIATION,
  notModelled: ["gatewayId"],
  create(inputs, account) {
    checkAssociation(inputs, account);
    const subnetId = text(inputs, "subnetId");
    const other = account
      .all(ASSOCIATION)
      .find((association) => association.outputs["subnetId"] === subnetId);
    if (other) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `the specified association for route table ${text(inputs, "routeTableId") ?? ""} conflicts with an existing association`,
      );
    }
    return { id: account.newId("rtbassoc"), outputs: {} };
  },
  update(_current, inputs, account) {
    checkAssociation(inputs, account);
    return {};
  },
};
