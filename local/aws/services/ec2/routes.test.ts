import type { Json, JsonObject, StoredResource } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { resourceModel } from "../index.ts";
import { ASSOCIATION, GATEWAY, NAT, refusal, ROUTE, SUBNET, TABLE, VPC } from "./testing.ts";

let account: MemoryAccount;
let vpc: StoredResource;
let other: StoredResource;
let table: StoredResource;
beforeEach(() => {
  account = new MemoryAccount();
  vpc = account.make(VPC, { cidrBlock: "10.0.0.0/16" });
  other = account.make(VPC, { cidrBlock: "10.1.0.0/16" });
  table = account.make(TABLE, { vpcId: vpc.id });
});

function subnet(of: StoredResource, cidrBlock: string): StoredResource {
  return account.make(SUBNET, { vpcId: of.id, cidrBlock, availabilityZone: "eu-central-1a" });
}

/** A private NAT gateway of the other network. */
function foreignNat(): StoredResource {
  return account.make(NAT, { subnetId: subnet(other, "10.1.0.0/24").id, connectivityType: "private" });
}

const ANYWHERE = "0.0.0.0/0";
const route = (target: JsonObject) => () =>
  account.make(ROUTE, { routeTableId: table.id, destinationCidrBlock: ANYWHERE, ...target });

describe("a route's target", () => {
  it("must be there", () => {
    expect(refusal(route({ gatewayId: "igw-0" }))).toBe(
      "InvalidInternetGatewayID.NotFound: The internetGateway ID 'igw-0' does not exist",
    );
    expect(refusal(route({ natGatewayId: "nat-0" }))).toBe(
      "InvalidNatGatewayID.NotFound: The natGateway ID 'nat-0' does not exist",
    );
    expect(refusal(route({ gatewayId: "local" }))).toBe("nothing was refused");
  });

  it("must be of the table's network", () => {
    const gateway = account.make(GATEWAY, { vpcId: other.id });
    expect(refusal(route({ gatewayId: gateway.id }))).toBe(
      `InvalidParameterValue: route table ${table.id} and network gateway ${gateway.id} belong to different networks`,
    );
    const nat = foreignNat();
    expect(refusal(route({ natGatewayId: nat.id }))).toBe(
      `InvalidParameterValue: route table ${table.id} and natGateway ${nat.id} belong to different networks`,
    );
  });

  it("is looked at again when the route, or the table's own routes, change", () => {
    const gateway = account.make(GATEWAY, { vpcId: vpc.id });
    const made = route({ gatewayId: gateway.id })();
    const nat = foreignNat();
    const inputs = { routeTableId: table.id, destinationCidrBlock: ANYWHERE };
    expect(refusal(() => account.update(made, { ...inputs, natGatewayId: nat.id }))).toMatch(
      /^InvalidParameterValue: route table rtb-\w+ and natGateway nat-\w+ belong to different networks$/,
    );
    const routes = [{ cidrBlock: ANYWHERE, gatewayId: "igw-0" }];
    expect(refusal(() => account.update(table, { vpcId: vpc.id, routes }))).toBe(
      "InvalidInternetGatewayID.NotFound: The internetGateway ID 'igw-0' does not exist",
    );
  });
});

describe("a table", () => {
  it("refuses a second route to a destination that it has of its own", () => {
    const gateway = account.make(GATEWAY, { vpcId: vpc.id });
    const routes = [{ cidrBlock: ANYWHERE, gatewayId: gateway.id }];
    table = account.make(TABLE, { vpcId: vpc.id, routes });
    expect(refusal(route({ gatewayId: gateway.id }))).toBe(
      "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.",
    );
  });

  it("has its own routes' ranges checked before anything is asked, and what is no route left to others", () => {
    const check = (routes: Json) => resourceModel(TABLE)?.rules?.flatMap((rule) => rule.check({ routes }));
    expect(check([{ cidrBlock: "10.0.0.0/33" }, { cidrBlock: ANYWHERE }, null])).toEqual([
      { property: "routes[0].cidrBlock", reason: 'must be an IPv4 range, got "10.0.0.0/33"' },
    ]);
    expect(check("none")).toEqual([]);
  });
});

describe("an association", () => {
  it("is of a subnet in the table's network, once, also when it changes", () => {
    const inside = subnet(vpc, "10.0.0.0/24");
    const outside = subnet(other, "10.1.0.0/24");
    const refused = `InvalidParameterValue: route table ${table.id} and subnet ${outside.id} belong to different networks`;
    const make = (subnetId: string) => () => account.make(ASSOCIATION, { routeTableId: table.id, subnetId });
    expect(refusal(make(outside.id))).toBe(refused);
    const made = make(inside.id)();
    expect(refusal(make(inside.id))).toBe(
      `Resource.AlreadyAssociated: the specified association for route table ${table.id} conflicts with an existing association`,
    );
    expect(refusal(() => account.update(made, { routeTableId: table.id, subnetId: outside.id }))).toBe(
      refused,
    );
    expect(refusal(() => account.remove(table))).toBe(
      `DependencyViolation: The routeTable '${table.id}' has dependencies and cannot be deleted.`,
    );
  });
});
