import { SUBNET, VPC } from "../../aws/services/ec2/references.ts";
import { MemoryAccount } from "../../aws/testing.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import { placementOf } from "./placement.ts";

const account = new MemoryAccount();
account.make(VPC, { cidrBlock: "10.0.0.0/16", enableDnsSupport: true, enableDnsHostnames: true });
for (const [index, zone] of ["a", "b"].entries()) {
  account.records.push({
    urn: zone,
    type: SUBNET,
    id: `subnet-${index}`,
    inputs: {},
    outputs: { availabilityZone: `eu-central-1${zone}` },
  });
}

function endpoint(service: string, inputs: JsonObject, outputs: JsonObject): StoredResource {
  const serviceName = `com.amazonaws.eu-central-1.${service}`;
  return {
    urn: "urn",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    id: "vpce-0123456789abcdef0",
    inputs: { vpcId: "vpc-00000000000000abc", serviceName, ...inputs },
    outputs,
  };
}
const asInterface = { vpcEndpointType: "Interface" };
const asGateway = { vpcEndpointType: "Gateway" };

it("is a host in each subnet for an interface endpoint, by the service's own name where that is asked for", () => {
  const outputs = {
    subnetIds: ["subnet-0", "subnet-1"],
    securityGroupIds: ["sg-1"],
    privateDnsEnabled: true,
  };
  const placement = placementOf(endpoint("elasticloadbalancing", asInterface, outputs), account);
  expect(placement).toEqual({
    service: "elasticloadbalancing",
    vpcId: "vpc-00000000000000abc",
    places: [
      { host: "vpce-cdef0a", subnet: { id: "subnet-0", groups: ["sg-1"] } },
      { host: "vpce-cdef0b", subnet: { id: "subnet-1", groups: ["sg-1"] } },
    ],
    names: [
      "vpce-0123456789abcdef0.elasticloadbalancing.eu-central-1.vpce.amazonaws.com",
      "elasticloadbalancing.eu-central-1.amazonaws.com",
    ],
    certified: [
      "elasticloadbalancing.eu-central-1.amazonaws.com",
      "*.elasticloadbalancing.eu-central-1.vpce.amazonaws.com",
    ],
  });
  const notPrivate = { ...outputs, privateDnsEnabled: false };
  expect(placementOf(endpoint("elasticloadbalancing", asInterface, notPrivate), account)?.names).toEqual([
    "vpce-0123456789abcdef0.elasticloadbalancing.eu-central-1.vpce.amazonaws.com",
  ]);
});

it("is one host for S3's gateway endpoint, as long as a route table leads there", () => {
  const placement = (routeTableIds: readonly string[]) =>
    placementOf(endpoint("s3", asGateway, { routeTableIds }), account);
  const names = ["s3.eu-central-1.amazonaws.com", "*.s3.eu-central-1.amazonaws.com"];
  expect(placement(["rtb-1"])).toEqual({
    service: "s3",
    vpcId: "vpc-00000000000000abc",
    places: [{ host: "s3-00000abc" }],
    names,
    certified: names,
  });
  expect(placement([])?.places).toEqual([]);
});

it("is nothing for a service that nobody answers for", () => {
  const outputs = { subnetIds: ["subnet-0"], securityGroupIds: [], privateDnsEnabled: true };
  for (const service of ["ecr.dkr", "sts", "s3", "constructor"]) {
    expect(placementOf(endpoint(service, asInterface, outputs), account)).toBeUndefined();
  }
  expect(placementOf(endpoint("dynamodb", asGateway, { routeTableIds: ["rtb-1"] }), account)).toBeUndefined();
});
