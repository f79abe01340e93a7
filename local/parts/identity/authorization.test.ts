import { statementsOf } from "../../aws/services/iam/statements.ts";
import type { Statement } from "../../aws/services/iam/statements.ts";
import { MemoryAccount } from "../../aws/testing.ts";
import type { JsonObject } from "../../region/protocol.ts";
import { authorize, denial } from "./authorization.ts";
import type { RightRequest } from "./authorization.ts";
import { testIdentity } from "./testing.ts";

const account = new MemoryAccount();
const ROLE = "arn:aws:iam::000000000000:role/app";
const may = { ...testIdentity("arn:session", "secret"), principals: [`AWS:${ROLE}`] };
const mayNot = { ...testIdentity("arn:session", "secret", () => false), principals: [`AWS:${ROLE}`] };
const right = { action: "s3:GetObject", resource: "arn:aws:s3:::b/k" };

const policy = (...statements: readonly JsonObject[]): readonly Statement[] =>
  statementsOf(JSON.stringify({ Statement: statements }));
const open = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
const via = (...statements: readonly JsonObject[]) => ({
  endpointId: "vpce-1",
  vpcId: "vpc-1",
  policy: policy(...statements),
});
const why = (request: Partial<RightRequest>): string | undefined =>
  denial(account, { ...right, identity: may, via: undefined, ...request });

it("needs leave of the identity's policies or of the resource's", () => {
  const byResource = policy({ ...open, Principal: { AWS: ROLE } });
  expect(why({})).toBeUndefined();
  expect(why({ identity: mayNot, resourcePolicy: byResource })).toBeUndefined();
  expect(why({ identity: mayNot })).toBe("because no identity-based policy allows the s3:GetObject action");
  const toAccount = policy({ ...open, Principal: { AWS: "arn:aws:iam::000000000000:root" } });
  expect(why({ identity: mayNot, resourcePolicy: toAccount })).toBe(
    "because no identity-based policy allows the s3:GetObject action",
  );
});

it("is ended by any Deny, one of the whole account among them", () => {
  const denied = { ...open, Effect: "Deny" };
  expect(why({ identity: { ...may, decide: () => "deny" } })).toBe(
    "with an explicit deny in an identity-based policy",
  );
  for (const Principal of ["*", { AWS: ROLE }, { AWS: "000000000000" }]) {
    expect(why({ resourcePolicy: policy({ ...denied, Principal }) })).toBe(
      "with an explicit deny in a resource-based policy",
    );
  }
  expect(why({ via: via(open, denied) })).toBe("with an explicit deny in a VPC endpoint policy");
  expect(why({ resourcePolicy: policy({ ...denied, Principal: { AWS: `${ROLE}2` } }) })).toBeUndefined();
});

it("needs leave of the VPC endpoint, too, where it comes by one", () => {
  expect(why({ via: via(open) })).toBeUndefined();
  expect(why({ via: via({ ...open, Action: "s3:Put*" }) })).toBe(
    "because no VPC endpoint policy allows the s3:GetObject action",
  );
  // The endpoint's leave is not the identity's.
  expect(why({ identity: mayNot, via: via(open) })).toBe(
    "because no identity-based policy allows the s3:GetObject action",
  );
});

it("tells policies how it came", () => {
  const only = (key: string, value: string): readonly Statement[] =>
    policy({ ...open, Effect: "Deny", Condition: { StringNotEquals: { [key]: value } } });
  expect(why({ via: via(open), resourcePolicy: only("aws:SourceVpce", "vpce-1") })).toBeUndefined();
  expect(why({ via: via(open), resourcePolicy: only("aws:SourceVpc", "vpc-2") })).toBeDefined();
  expect(why({ resourcePolicy: only("aws:SourceVpce", "vpce-1") })).toBeDefined();
  const withoutTls = { ...open, Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } };
  expect(why({ resourcePolicy: policy(withoutTls) })).toBeUndefined();
  expect(why({ keys: { "s3:prefix": null }, resourcePolicy: only("s3:prefix", "a/") })).toBeDefined();
  expect(why({ keys: { "s3:prefix": "a/" }, resourcePolicy: only("s3:prefix", "a/") })).toBeUndefined();
});

it("tells of a policy that it cannot judge, and takes the side of no", () => {
  const told: string[] = [];
  const identity = { ...may, unjudged: (what: string) => void told.push(what) };
  const doubtful = { ...open, Effect: "Deny", Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } };
  expect(why({ identity, resourcePolicy: policy(doubtful) })).toBe(
    "with an explicit deny in a resource-based policy",
  );
  expect(told).toEqual([
    "arn:aws:s3:::b/k: a Deny is taken to apply, because the stand-in cannot judge it: * (IpAddress aws:sourceip)",
  ]);
});

it("says in AWS's words who may not do what", () => {
  const request = { ...right, identity: mayNot, via: undefined };
  const end = "because no identity-based policy allows the s3:GetObject action";
  expect(() => authorize(account, request)).toThrow(
    `User: arn:session is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k ${end}`,
  );
  expect(() => authorize(account, request, true)).toThrow(`on resource: "arn:aws:s3:::b/k" ${end}`);
  expect(() => authorize(account, { ...request, resource: "*" })).toThrow(
    `is not authorized to perform: s3:GetObject ${end}`,
  );
});
