import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { DISTRIBUTION } from "../cloudfront/references.ts";
import { resourceModel } from "../index.ts";
import { IP_SET, WEB_ACL, WEB_ACL_LOGGING } from "./references.ts";

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
});

const visibilityConfig = { cloudwatchMetricsEnabled: true, metricName: "m", sampledRequestsEnabled: true };
const rule = (name: string, priority: number, statement: JsonObject, more: JsonObject = {}): JsonObject => ({
  name,
  priority,
  statement,
  action: { block: {} },
  visibilityConfig,
  ...more,
});
const rate = (limit: number, more: JsonObject = {}): JsonObject => ({
  rateBasedStatement: { limit, evaluationWindowSec: 300, aggregateKeyType: "IP", ...more },
});
const managed = (name: string, priority: number): JsonObject => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
  visibilityConfig,
});
const inputs = (rules: readonly JsonObject[] = [], more: JsonObject = {}): JsonObject => ({
  name: "edge",
  region: "us-east-1",
  scope: "CLOUDFRONT",
  defaultAction: { allow: {} },
  rules,
  visibilityConfig,
  ...more,
});
const acl = (rules: readonly JsonObject[] = [], more: JsonObject = {}): StoredResource =>
  account.make(WEB_ACL, inputs(rules, more));
const check = (given: JsonObject) =>
  resourceModel(WEB_ACL)?.rules?.flatMap((each) => each.check(given)) ?? [];

describe("a web ACL", () => {
  it("answers as WAF does, with the capacity of its rules", () => {
    const { id, outputs } = acl([
      rule("rate", 0, rate(2000)),
      managed("AWSManagedRulesCommonRuleSet", 1),
      managed("AWSManagedRulesKnownBadInputsRuleSet", 2),
    ]);
    expect(outputs).toMatchObject({
      arn: `arn:aws:wafv2:us-east-1:000000000000:global/webacl/edge/${id}`,
      capacity: 902,
      name: "edge",
    });
    expect(() => acl()).toThrow("duplicate of an existing one");
  });

  it("of CloudFront is in us-east-1", () => {
    expect(() => acl([], { region: "eu-central-1" })).toThrow("set region to us-east-1");
    expect(check(inputs([], { region: "eu-central-1" }))).toEqual([
      { property: "region", reason: 'must be us-east-1 when scope is CLOUDFRONT, got "eu-central-1"' },
    ]);
    expect(acl([], { scope: "REGIONAL", region: "eu-central-1" }).outputs["arn"]).toContain(
      ":regional/webacl/",
    );
  });

  it.each([
    ["two defaults", inputs([], { defaultAction: { allow: {}, block: {} } }), "defaultAction"],
    ["a limit below ten", inputs([rule("a", 0, rate(9))]), "rules[0].statement.rateBasedStatement.limit"],
    [
      "a window WAF has not",
      inputs([rule("a", 0, rate(10, { evaluationWindowSec: 90 }))]),
      "rules[0].statement.rateBasedStatement.evaluationWindowSec",
    ],
    [
      "counting by anything but addresses",
      inputs([rule("a", 0, rate(10, { aggregateKeyType: "CONSTANT" }))]),
      "rules[0].statement.rateBasedStatement.aggregateKeyType",
    ],
    [
      "a rule group of nobody's",
      inputs([managed("AWSManagedRulesMadeUp", 0)]),
      "rules[0].statement.managedRuleGroupStatement.name",
    ],
    [
      "a rule group with an action",
      inputs([{ ...managed("AWSManagedRulesUnixRuleSet", 0), action: { block: {} } }]),
      "rules[0]",
    ],
    [
      "a rule with an overriding action",
      inputs([rule("a", 0, rate(10), { overrideAction: { none: {} } })]),
      "rules[0]",
    ],
    [
      "two statements",
      inputs([rule("a", 0, { ...rate(10), ipSetReferenceStatement: { arn: "a" } })]),
      "rules[0].statement",
    ],
    ["one priority twice", inputs([rule("a", 0, rate(10)), rule("b", 0, rate(20))]), "rules[1].priority"],
  ])("is refused with %s", (_what, given, property) => {
    expect(check(given).map((failure) => failure.property)).toEqual([property]);
  });

  it("names the statements that nobody models", () => {
    expect(resourceModel(WEB_ACL)?.notModelled).toEqual(
      expect.arrayContaining([
        "rules.statement.geoMatchStatement",
        "rules.statement.rateBasedStatement.scopeDownStatement",
        "rules.statement.managedRuleGroupStatement.managedRuleGroupConfigs",
      ]),
    );
  });

  it("stays while a distribution has it", () => {
    const used = acl();
    account.records.push({
      urn: "u",
      type: DISTRIBUTION,
      id: "E1",
      inputs: { webAclId: used.outputs["arn"] as string },
      outputs: {},
    });
    expect(() => account.remove(used)).toThrow("being used by another resource");
  });
});

describe("an IP set", () => {
  const set = (more: JsonObject = {}): JsonObject => ({
    name: "office",
    region: "us-east-1",
    scope: "CLOUDFRONT",
    ipAddressVersion: "IPV4",
    addresses: ["192.0.2.0/24"],
    ...more,
  });

  it("must be there for the rule that names it, and stays while one does", () => {
    const reference = (arn: string): JsonObject => rule("office", 0, { ipSetReferenceStatement: { arn } });
    expect(() => acl([reference("arn:gone")])).toThrow("your resource doesn't exist: arn:gone");
    const office = account.make(IP_SET, set());
    const used = acl([reference(office.outputs["arn"] as string)]);
    expect(used.outputs["capacity"]).toBe(1);
    expect(() => account.remove(office)).toThrow("being used by another resource");
    account.remove(used);
    expect(() => account.remove(office)).not.toThrow();
  });

  it.each([["192.0.2.1"], ["192.0.2.0/33"], ["0.0.0.0/0"], ["2001:db8::/32"], ["nobody/8"]])(
    "holds no %s",
    (address) => {
      const failures = resourceModel(IP_SET)?.rules?.flatMap((each) =>
        each.check(set({ addresses: [address] })),
      );
      expect(failures).toEqual([
        { property: "addresses[0]", reason: `must be a range such as 192.0.2.0/24, got "${address}"` },
      ]);
    },
  );
});

describe("logging", () => {
  const GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:aws-waf-logs-edge";
  const logging = (resourceArn: string, ...destinations: readonly string[]): JsonObject => ({
    resourceArn,
    logDestinationConfigs: destinations,
  });

  it("belongs to a web ACL, and goes to a log group of its region", () => {
    const arn = acl().outputs["arn"] as string;
    expect(account.make(WEB_ACL_LOGGING, logging(arn, GROUP)).id).toBe(arn);
    expect(() => account.make(WEB_ACL_LOGGING, logging("arn:gone", GROUP))).toThrow("doesn't exist");
    const elsewhere = GROUP.replace("us-east-1", "eu-central-1");
    expect(() => account.make(WEB_ACL_LOGGING, logging(arn, elsewhere))).toThrow(
      "The log group must be in us-east-1",
    );
  });

  it("goes to one destination whose name WAF knows", () => {
    const failures = (...destinations: readonly string[]) =>
      resourceModel(WEB_ACL_LOGGING)?.rules?.flatMap((each) => each.check(logging("arn", ...destinations)));
    expect(failures(GROUP)).toEqual([]);
    expect(failures(GROUP, GROUP)).toEqual([
      { property: "logDestinationConfigs", reason: "must name one destination, got 2" },
    ]);
    expect(failures("arn:aws:logs:us-east-1:000000000000:log-group:edge")).toEqual([
      { property: "logDestinationConfigs[0]", reason: expect.stringContaining("begins with aws-waf-logs-") },
    ]);
  });
});
