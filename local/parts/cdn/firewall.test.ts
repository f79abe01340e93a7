import type { JsonObject } from "../../region/protocol.ts";
import { ACL_ARN, TestEdge } from "./testing.ts";

const edge = new TestEdge("127.98.39");

beforeAll(async () => {
  await edge.startOrigin();
  edge.cachePolicy("cached", [0, 60, 3600]);
});
afterAll(() => edge.close());

const acl = (rules: readonly JsonObject[], defaultAction: JsonObject = { allow: {} }): void => {
  edge.put("aws:wafv2/webAcl:WebAcl", "acl", { scope: "CLOUDFRONT", defaultAction, rules }, { arn: ACL_ARN });
};
const rate = (priority: number, limit: number): JsonObject => ({
  name: "rate",
  priority,
  action: { block: {} },
  statement: { rateBasedStatement: { limit, evaluationWindowSec: 300, aggregateKeyType: "IP" } },
});
const set = (priority: number, arn: string, action: JsonObject): JsonObject => ({
  name: arn,
  priority,
  action,
  statement: { ipSetReferenceStatement: { arn } },
});
const addresses = (arn: string, ranges: readonly string[]): void =>
  void edge.put("aws:wafv2/ipSet:IpSet", arn, { addresses: ranges }, { arn });
const statuses = async (from: string, count: number, headers = {}): Promise<ReadonlyMap<number, number>> => {
  const found = new Map<number, number>();
  for (let sent = 0; sent < count; sent += 1) {
    const { status } = await edge.request("/firewall", { from, headers });
    found.set(status, (found.get(status) ?? 0) + 1);
  }
  return found;
};

it("refuses an address that sends more than the limit, whatever it says about itself, and no other", async () => {
  acl([
    rate(0, 20),
    {
      name: "group",
      priority: 1,
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" } },
    },
  ]);
  await edge.apply(edge.distribution({ webAclId: ACL_ARN }));
  const spoofed = await statuses("127.0.0.2", 60, { "x-forwarded-for": "198.51.100.9" });
  expect(spoofed.get(200)).toBeGreaterThanOrEqual(20);
  expect(spoofed.get(200)).toBeLessThanOrEqual(23);
  expect(spoofed.get(403)).toBe(60 - (spoofed.get(200) ?? 0));
  expect(await statuses("127.0.0.3", 10)).toEqual(new Map([[200, 10]]));
  const refused = await edge.request("/firewall", { from: "127.0.0.2" });
  expect([refused.status, refused.headers["x-cache"]]).toEqual([403, "Error from cloudfront"]);
  expect(refused.body).toContain("Request blocked.");
});

it("lets and refuses address sets in the rules' order", async () => {
  addresses("office", ["127.0.0.4/32"]);
  addresses("bad", ["127.0.0.4/31"]);
  acl([set(2, "bad", { block: {} }), set(1, "office", { allow: {} }), rate(3, 10)]);
  await edge.apply(edge.distribution({ webAclId: ACL_ARN }));
  expect(await statuses("127.0.0.5", 3)).toEqual(new Map([[403, 3]]));
  expect(await statuses("127.0.0.4", 40)).toEqual(new Map([[200, 40]]));
  acl([set(1, "office", { allow: {} })], { block: {} });
  await edge.apply(edge.distribution({ webAclId: ACL_ARN }));
  expect(await statuses("127.0.0.4", 3)).toEqual(new Map([[200, 3]]));
});
