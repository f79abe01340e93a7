import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { RecordedAccount } from "../../aws/testing-account.ts";
import type { StoredResource, UpdateRequest } from "../../region/protocol.ts";
import { LISTENER, LISTENER_RULE, LOAD_BALANCER, TARGET_GROUP } from "../haproxy/inventory.ts";
import type { TargetDescription, TargetId } from "../haproxy/targets.ts";
import { stored } from "../haproxy/testing.ts";
import { fetchSigned, testIdentity } from "../identity/testing.ts";
import { createElbv2Listener } from "./http.ts";

const ELB = "arn:aws:elasticloadbalancing:eu-central-1:000000000000";
const balancer = `${ELB}:loadbalancer/app/edge/50dc6c495c0c9188`;
const listener = `${ELB}:listener/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2`;
const rule = `${ELB}:listener-rule/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`;
const group = (name: string): string => `${ELB}:targetgroup/${name}/73e2d6bc24d8a067`;

const record = new Map<string, StoredResource>();
const updates: UpdateRequest[] = [];
const asked: (readonly TargetId[])[] = [];
const server = createServer(
  createElbv2Listener({
    account: new RecordedAccount(record),
    identities: () => testIdentity("arn:aws:iam::000000000000:root", "secret"),
    targets: {
      describeTargetHealth: async (_arn, targets): Promise<readonly TargetDescription[]> => {
        asked.push(targets ?? []);
        return [
          {
            target: { id: "10.1.0.7", port: 3000 },
            healthCheckPort: 3000,
            health: { state: "unhealthy", reason: "Target.Timeout", description: "<slow> & late" },
          },
        ];
      },
    },
    update: async (request) => {
      updates.push(request);
      const before = record.get(request.id);
      if (before === undefined) throw new Error("not there");
      const after = { ...before, inputs: request.inputs };
      record.set(request.id, after);
      return after;
    },
  }),
);

function put(resource: StoredResource): void {
  record.set(resource.id, resource);
}
async function call(
  operation: string,
  parameters: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const { port } = server.address() as AddressInfo;
  const response = await fetchSigned(`http://127.0.0.1:${port}/`, {
    ...{
      service: "elasticloadbalancing",
      accessKeyId: "AKIAROOT",
      secretAccessKey: "secret",
      method: "POST",
    },
    body: new URLSearchParams({ Action: operation, Version: "2015-12-01", ...parameters }).toString(),
  });
  return {
    status: response.status,
    body: (await response.text()).replace(/<RequestId>[0-9a-f-]{36}</, "<RequestId>id<"),
  };
}
function result(operation: string, content: string): { status: number; body: string } {
  return {
    status: 200,
    body:
      `<${operation}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><${operation}Result>` +
      `${content}</${operation}Result><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></${operation}Response>\n`,
  };
}
function refused(code: string, message: string): { status: number; body: string } {
  return {
    status: 400,
    body:
      '<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">' +
      `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>id</RequestId></ErrorResponse>\n`,
  };
}
function ruleXml(blue: number, green: number): string {
  return (
    `<Rules><member><RuleArn>${rule}</RuleArn><Priority>100</Priority>` +
    "<Conditions><member><Field>path-pattern</Field><PathPatternConfig><Values><member>/*</member></Values></PathPatternConfig></member></Conditions>" +
    "<Actions><member><Type>forward</Type><Order>1</Order><ForwardConfig><TargetGroups>" +
    `<member><TargetGroupArn>${group("blue")}</TargetGroupArn><Weight>${blue}</Weight></member>` +
    `<member><TargetGroupArn>${group("green")}</TargetGroupArn><Weight>${green}</Weight></member>` +
    "</TargetGroups><TargetGroupStickinessConfig><Enabled>false</Enabled></TargetGroupStickinessConfig></ForwardConfig></member></Actions>" +
    "<IsDefault>false</IsDefault></member>"
  );
}
function weights(blue: string, green: string): Record<string, string> {
  const tuple = "Actions.member.1.ForwardConfig.TargetGroups.member";
  return {
    RuleArn: rule,
    "Actions.member.1.Type": "forward",
    [`${tuple}.1.TargetGroupArn`]: group("blue"),
    [`${tuple}.1.Weight`]: blue,
    [`${tuple}.2.TargetGroupArn`]: group("green"),
    [`${tuple}.2.Weight`]: green,
  };
}

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  updates.length = 0;
  record.clear();
  put(
    stored(
      LOAD_BALANCER,
      balancer,
      {},
      {
        name: "edge",
        dnsName: "internal-edge-1.eu-central-1.elb.amazonaws.com",
        internal: true,
        vpcId: "vpc-1",
      },
    ),
  );
  for (const name of ["blue", "green"]) {
    put(stored(TARGET_GROUP, group(name), { targetType: "ip", port: 3000, vpcId: "vpc-1" }, { name }));
  }
  put(
    stored(LISTENER, listener, {
      loadBalancerArn: balancer,
      port: 80,
      defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404" } }],
    }),
  );
  put(
    stored(
      LISTENER_RULE,
      rule,
      {
        listenerArn: listener,
        conditions: [{ pathPattern: { values: ["/*"] } }],
        actions: [
          {
            type: "forward",
            order: 1,
            forward: {
              targetGroups: [
                { arn: group("blue"), weight: 100 },
                { arn: group("green"), weight: 0 },
              ],
              stickiness: { enabled: false, duration: 1 },
            },
          },
        ],
      },
      { priority: 100 },
    ),
  );
});

it("describes a rule by its ARN, and a listener's with its default last", async () => {
  expect(await call("DescribeRules", { "RuleArns.member.1": rule })).toEqual(
    result("DescribeRules", `${ruleXml(100, 0)}</Rules>`),
  );
  const { body } = await call("DescribeRules", { ListenerArn: listener });
  expect(body).toContain(ruleXml(100, 0));
  expect(body).toContain(
    "<Priority>default</Priority><Conditions></Conditions><Actions><member><Type>fixed-response</Type>",
  );
});

it("modifies weights through the region, and keeps what the call did not name", async () => {
  expect(await call("ModifyRule", weights("90", "10"))).toEqual(
    result("ModifyRule", `${ruleXml(90, 10)}</Rules>`),
  );
  expect(updates).toEqual([
    {
      type: LISTENER_RULE,
      id: rule,
      inputs: {
        listenerArn: listener,
        conditions: [{ pathPattern: { values: ["/*"] } }],
        actions: [
          {
            type: "forward",
            order: 1,
            forward: {
              targetGroups: [
                { arn: group("blue"), weight: 90 },
                { arn: group("green"), weight: 10 },
              ],
              stickiness: { enabled: false, duration: 1 },
            },
          },
        ],
      },
    },
  ]);
});

it("refuses as AWS does, and changes nothing", async () => {
  expect(await call("ModifyRule", { ...weights("1", "1"), RuleArn: `${rule}0` })).toEqual(
    refused("RuleNotFound", "One or more rules not found"),
  );
  expect(await call("ModifyRule", weights("1000", "0"))).toEqual(
    refused("ValidationError", `Weight 1000 of '${group("blue")}' must be a whole number from 0 to 999`),
  );
  expect(await call("ModifyRule", weights("ten", "0"))).toEqual(
    refused("ValidationError", "'weight' must be a number, not 'ten'"),
  );
  expect(
    (
      await call("ModifyRule", {
        ...weights("1", "1"),
        "Actions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn": group("red"),
      })
    ).body,
  ).toContain("<Code>TargetGroupNotFound</Code>");
  expect((await call("ModifyRule", { RuleArn: rule })).body).toContain(
    "<Message>An action must be specified</Message>",
  );
  expect(
    (await call("ModifyRule", { ...weights("1", "1"), "Conditions.member.1.Field": "path-pattern" })).body,
  ).toContain("<Code>ValidationError</Code>");
  expect(await call("DescribeRules")).toEqual(
    refused("ValidationError", "You must specify either listener ARN or rule ARNs"),
  );
  expect(await call("CreateRule")).toEqual(
    refused("InvalidAction", "The action CreateRule is not valid for this web service."),
  );
  expect((await call("DescribeRules", { Version: "2012-06-01" })).body).toContain(
    "<Code>InvalidAction</Code>",
  );
  expect(updates).toEqual([]);
});

it("describes target health, with what is text escaped", async () => {
  expect(
    await call("DescribeTargetHealth", {
      TargetGroupArn: group("blue"),
      "Targets.member.1.Id": "10.1.0.7",
      "Targets.member.1.Port": "3000",
    }),
  ).toEqual(
    result(
      "DescribeTargetHealth",
      "<TargetHealthDescriptions><member><Target><Id>10.1.0.7</Id><Port>3000</Port></Target><HealthCheckPort>3000</HealthCheckPort>" +
        "<TargetHealth><State>unhealthy</State><Reason>Target.Timeout</Reason><Description>&lt;slow&gt; &amp; late</Description></TargetHealth></member></TargetHealthDescriptions>",
    ),
  );
  expect(asked.at(-1)).toEqual([{ id: "10.1.0.7", port: 3000 }]);
});

it("describes target groups and load balancers by name", async () => {
  const groups = await call("DescribeTargetGroups", { "Names.member.1": "green" });
  expect(groups.body).toContain(
    `<TargetGroupArn>${group("green")}</TargetGroupArn><TargetGroupName>green</TargetGroupName>`,
  );
  expect(groups.body).toContain(`<LoadBalancerArns><member>${balancer}</member></LoadBalancerArns>`);
  expect(groups.body).not.toContain(group("blue"));
  expect(await call("DescribeTargetGroups", { "Names.member.1": "red" })).toEqual(
    refused("TargetGroupNotFound", "'red' not found"),
  );
  expect(await call("DescribeLoadBalancers", { "Names.member.1": "edge" })).toEqual(
    result(
      "DescribeLoadBalancers",
      `<LoadBalancers><member><LoadBalancerArn>${balancer}</LoadBalancerArn><LoadBalancerName>edge</LoadBalancerName>` +
        "<DNSName>internal-edge-1.eu-central-1.elb.amazonaws.com</DNSName><Scheme>internal</Scheme><Type>application</Type>" +
        "<State><Code>active</Code></State><VpcId>vpc-1</VpcId><IpAddressType>ipv4</IpAddressType></member></LoadBalancers>",
    ),
  );
});
