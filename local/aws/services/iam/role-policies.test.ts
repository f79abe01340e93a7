import { MemoryAccount } from "../../testing.ts";
import { contextOf } from "./conditions.ts";
import type { Decision } from "./policy-decision.ts";
import { ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT, POLICY } from "./references.ts";
import { roleDecision } from "./role-policies.ts";
import type { JsonObject } from "../../../region/protocol.ts";

const TRUST = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const policy = (Effect: "Allow" | "Deny", Action: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect, Action, Resource: "*" } });

let account: MemoryAccount;
let told: string[];
beforeEach(() => {
  account = new MemoryAccount();
  told = [];
});

const role = (more: JsonObject = {}) => account.make(ROLE, { name: "app", assumeRolePolicy: TRUST, ...more });
function may(action: string): Decision {
  const found = account.get(ROLE, "app");
  if (!found) throw new Error("no role");
  const access = { principals: [], action, resource: "*", context: contextOf({}) };
  return roleDecision(account, found, access, (what) => void told.push(what));
}

it("adds up a role's own policies and those attached to it, and no other role's", () => {
  role();
  account.make(ROLE, { name: "other", assumeRolePolicy: TRUST });
  account.make(ROLE_POLICY, { role: "app", name: "own", policy: policy("Allow", "s3:GetObject") });
  account.make(ROLE_POLICY, { role: "other", name: "own", policy: policy("Allow", "s3:PutObject") });
  const { id } = account.make(POLICY, { name: "shared", policy: policy("Allow", "s3:List*") });
  account.make(ROLE_POLICY_ATTACHMENT, { role: "app", policyArn: id });
  expect(["s3:GetObject", "s3:ListBucket", "s3:PutObject"].map(may)).toEqual(["allow", "allow", "none"]);
});

it("reads what the role itself names", () => {
  const { id } = account.make(POLICY, { name: "shared", policy: policy("Allow", "sqs:*") });
  role({
    inlinePolicies: [{ name: "in", policy: policy("Allow", "sns:Publish") }],
    managedPolicyArns: [id],
  });
  expect(["sns:Publish", "sqs:SendMessage", "sns:Subscribe"].map(may)).toEqual(["allow", "allow", "none"]);
});

it("stays within the boundary", () => {
  const { id } = account.make(POLICY, { name: "limit", policy: policy("Allow", "s3:Get*") });
  role({ permissionsBoundary: id, inlinePolicies: [{ name: "all", policy: policy("Allow", "*") }] });
  expect(["s3:GetObject", "s3:PutObject"].map(may)).toEqual(["allow", "none"]);
});

it("lets AWS's own policies allow nothing, and says so", () => {
  role();
  const policyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  account.make(ROLE_POLICY_ATTACHMENT, { role: "app", policyArn });
  expect(may("s3:GetObject")).toBe("none");
  expect(told).toEqual([`${policyArn}: the text of AWS's own policies is not known here: it allows nothing`]);
});

it("says which statement it could not judge", () => {
  role();
  const Condition = { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } };
  const Statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition };
  account.make(ROLE_POLICY, { role: "app", name: "own", policy: JSON.stringify({ Statement }) });
  expect(may("s3:GetObject")).toBe("none");
  expect(told).toEqual([
    "app: an Allow is left out, because the stand-in cannot judge it: s3:GetObject (IpAddress aws:sourceip)",
  ]);
});
