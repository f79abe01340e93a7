import type { StoredResource } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { LOAD_BALANCER } from "../lb/references.ts";
import { ORIGIN_ACCESS_CONTROL, VPC_ORIGIN } from "./references.ts";
import { check, makeDistribution } from "./testing.ts";

const BALANCER = "arn:aws:elasticloadbalancing:eu-central-1:000000000000:loadbalancer/app/edge/1";

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
  account.records.push({
    urn: "u",
    type: LOAD_BALANCER,
    id: BALANCER,
    inputs: {},
    outputs: { arn: BALANCER },
  });
});

const vpcOrigin = (arn = BALANCER): StoredResource =>
  account.make(VPC_ORIGIN, {
    vpcOriginEndpointConfig: {
      name: "edge",
      arn,
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: "http-only",
      originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
    },
  });

describe("origins", () => {
  it("in a VPC are load balancers of the account, and stay while a distribution has them", () => {
    expect(() => vpcOrigin("arn:gone")).toThrow("arn:gone is not a load balancer of this account");
    const origin = vpcOrigin();
    expect(origin.id).toMatch(/^vo_[A-Z0-9]{22}$/);
    makeDistribution(account, {
      origins: [
        { originId: "balancer", domainName: "edge.test", vpcOriginConfig: { vpcOriginId: origin.id } },
      ],
    });
    expect(() => account.remove(origin)).toThrow("cannot be deleted while it is in use");
  });

  it("of buckets are signed for by an access control that stays while it is used", () => {
    const access = account.make(ORIGIN_ACCESS_CONTROL, {
      name: "files",
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    expect(() => account.make(ORIGIN_ACCESS_CONTROL, access.inputs)).toThrow(
      "An origin access control with the name files already exists.",
    );
    makeDistribution(account, {
      origins: [
        { originId: "balancer", domainName: "files.s3.amazonaws.com", originAccessControlId: access.id },
      ],
    });
    expect(() => account.remove(access)).toThrow("in use by one or more distributions");
    expect(
      check(ORIGIN_ACCESS_CONTROL, { ...access.inputs, originAccessControlOriginType: "lambda" }),
    ).toEqual([expect.stringContaining("originAccessControlOriginType must be one of s3")]);
  });
});
