import { contextOf } from "./conditions.ts";
import { decide } from "./policy-decision.ts";
import type { Access, Decision } from "./policy-decision.ts";
import { statementsOf } from "./statements.ts";
import type { JsonObject } from "../../../region/protocol.ts";

const RULE = "arn:aws:elasticloadbalancing:eu-central-1:000000000000:listener-rule/app/edge/1/2/3";
const ME = "AWS:arn:aws:iam::000000000000:role/app";

function decision(statements: readonly JsonObject[], more: Partial<Access> = {}): Decision {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return decide(statementsOf(policy), {
    principals: [ME],
    action: "elasticloadbalancing:ModifyRule",
    resource: RULE,
    context: contextOf({}),
    ...more,
  });
}
const allow = (more: JsonObject): JsonObject => ({ Effect: "Allow", Action: "*", Resource: "*", ...more });
const deny = (more: JsonObject): JsonObject => ({ ...allow(more), Effect: "Deny" });

describe("actions and resources", () => {
  it.each<readonly [string, JsonObject, Decision]>([
    ["all", {}, "allow"],
    ["the action itself", { Action: "elasticloadbalancing:ModifyRule" }, "allow"],
    ["the action in other letters", { Action: ["ELASTICLOADBALANCING:modifyrule"] }, "allow"],
    ["a part of the action", { Action: "elasticloadbalancing:Modify*" }, "allow"],
    ["one letter", { Action: "elasticloadbalancing:ModifyRul?" }, "allow"],
    ["a prefix without its star", { Action: "elasticloadbalancing:Modify" }, "none"],
    ["another action", { Action: "elasticloadbalancing:CreateRule" }, "none"],
    ["the resource", { Resource: RULE }, "allow"],
    ["resources below", { Resource: ["arn:a", RULE.replace(/1\/2\/3$/, "*")] }, "allow"],
    ["the resource in other letters", { Resource: RULE.toUpperCase() }, "none"],
    ["dots that are no wildcards", { Resource: RULE.replace("app", "a.p") }, "none"],
    ["a resource with a variable nobody knows", { Resource: "arn:${aws:username}" }, "none"],
  ])("an Allow of %s", (_what, more, expected) => {
    expect(decision([allow(more)])).toBe(expected);
  });

  it.each<readonly [string, JsonObject, Decision]>([
    ["another action", { NotAction: "iam:*" }, "allow"],
    ["this action", { NotAction: ["iam:*", "elasticloadbalancing:*"] }, "none"],
    ["another resource", { NotResource: "arn:a" }, "allow"],
    ["this resource", { NotResource: RULE }, "none"],
  ])("an Allow of all but %s", (_what, more, expected) => {
    const kept: JsonObject = "NotAction" in more ? { Resource: "*" } : { Action: "*" };
    expect(decision([{ Effect: "Allow", ...kept, ...more }])).toBe(expected);
  });

  it("nothing is not allowed, and no Allow outweighs a Deny", () => {
    expect(decision([])).toBe("none");
    expect(decision([allow({}), deny({ Action: "elasticloadbalancing:ModifyRule" })])).toBe("deny");
    expect(decision([deny({ Resource: "arn:${aws:username}" }), allow({})])).toBe("deny");
    expect(decision([deny({ Action: "iam:*" }), allow({})])).toBe("allow");
  });
});

describe("principals", () => {
  it.each<readonly [string, JsonObject["Principal"], Decision]>([
    ["everybody", "*", "allow"],
    ["the role", { AWS: "arn:aws:iam::000000000000:role/app" }, "allow"],
    ["one of several", { AWS: ["arn:aws:iam::000000000000:role/app", "arn:b"] }, "allow"],
    ["a role whose name begins so", { AWS: "arn:aws:iam::000000000000:role/*" }, "none"],
    ["a service", { Service: "pods.eks.amazonaws.com" }, "none"],
    ["nobody", [], "none"],
  ])("%s", (_what, principal, expected) => {
    expect(decision([allow({ Principal: principal ?? null })])).toBe(expected);
  });
});

describe("conditions", () => {
  const context = contextOf(
    { "aws:principaltag/team": "blue", "aws:securetransport": "true", "aws:sourcearn": "arn:aws:s3:::b" },
    (key) => key === "aws:sourcevpce",
  );
  const condition = (operator: string, key: string, ...values: readonly string[]): JsonObject => ({
    Condition: { [operator]: { [key]: values } },
  });

  it.each<readonly [JsonObject, Decision, Decision]>([
    [condition("StringEquals", "aws:PrincipalTag/team", "green", "blue"), "allow", "deny"],
    [condition("StringEquals", "aws:PrincipalTag/team", "BLUE"), "none", "none"],
    [condition("StringEqualsIgnoreCase", "aws:PrincipalTag/team", "BLUE"), "allow", "deny"],
    [condition("StringNotEquals", "aws:PrincipalTag/team", "green", "blue"), "none", "none"],
    [condition("StringLike", "aws:PrincipalTag/team", "b*"), "allow", "deny"],
    [condition("Bool", "aws:SecureTransport", "false"), "none", "none"],
    [condition("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:b"), "allow", "deny"],
    [condition("ArnLike", "aws:SourceArn", "arn:aws:s3*b"), "none", "none"],
    // The request carries no such key.
    [condition("StringEquals", "aws:SourceVpce", "vpce-1"), "none", "none"],
    [condition("StringNotEquals", "aws:SourceVpce", "vpce-1"), "allow", "deny"],
    [condition("StringEqualsIfExists", "aws:SourceVpce", "vpce-1"), "allow", "deny"],
    [condition("Null", "aws:SourceVpce", "true"), "allow", "deny"],
    [condition("Null", "aws:PrincipalTag/team", "true"), "none", "none"],
    // Nobody here knows: not allowed, and denied.
    [condition("StringEquals", "ec2:ResourceTag/a", "b"), "none", "deny"],
    [condition("IpAddress", "aws:SecureTransport", "10.0.0.0/8"), "none", "deny"],
    [condition("ForAnyValue:StringEquals", "aws:PrincipalTag/team", "blue"), "none", "deny"],
    [condition("StringEquals", "aws:PrincipalTag/team", "${aws:username}"), "none", "deny"],
  ])("%j", (more, allowed, denied) => {
    expect(decision([allow(more)], { context })).toBe(allowed);
    expect(decision([deny(more), allow({})], { context })).toBe(denied === "none" ? "allow" : denied);
  });

  it("hold all together, and what does not hold decides before what nobody knows", () => {
    const both = {
      Condition: { Bool: { "aws:SecureTransport": "false" }, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
    };
    expect(decision([deny(both), allow({})], { context })).toBe("allow");
  });

  it("that nobody can judge are told of", () => {
    const told: string[] = [];
    const statements = [allow({ Sid: "a" }), allow(condition("NumericEquals", "s3:max-keys", "1"))];
    decide(
      statementsOf(JSON.stringify({ Statement: statements })),
      { principals: [], action: "a:b", resource: "*", context },
      (what) => void told.push(what),
    );
    expect(told).toEqual([
      "an Allow is left out, because the stand-in cannot judge it: * (NumericEquals s3:max-keys)",
    ]);
  });
});
