import { UNKNOWN } from "../../../provider/provider.ts";
import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { functionModel, resourceModel } from "../index.ts";

const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const GROUP = "aws:lb/targetGroup:TargetGroup";
const LISTENER = "aws:lb/listener:Listener";
const RULE = "aws:lb/listenerRule:ListenerRule";
const NOT_FOUND = [
  { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } },
];

let account: MemoryAccount;
let vpc: StoredResource;
let subnets: readonly string[];
beforeEach(() => {
  account = new MemoryAccount();
  vpc = account.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  subnets = ["a", "b", "a"].map(
    (zone, index) =>
      account.make("aws:ec2/subnet:Subnet", {
        vpcId: vpc.id,
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `eu-central-1${zone}`,
      }).id,
  );
});

const balancer = (name: string): StoredResource =>
  account.make(BALANCER, { name, internal: true, subnets: subnets.slice(0, 2) });
const group = (name: string): StoredResource =>
  account.make(GROUP, { name, port: 80, protocol: "HTTP", vpcId: vpc.id, targetType: "ip" });
const listen = (of: StoredResource, port = 80): StoredResource =>
  account.make(LISTENER, { loadBalancerArn: of.id, port, defaultActions: NOT_FOUND });
const forward = (arn: string, weight: number): JsonObject => ({ arn, weight });
const rule = (
  listener: StoredResource,
  groups: readonly JsonObject[],
  more: JsonObject = {},
): StoredResource =>
  account.make(RULE, {
    listenerArn: listener.id,
    conditions: [{ pathPattern: { values: ["/*"] } }],
    actions: [{ type: "forward", forward: { targetGroups: groups } }],
    ...more,
  });

describe("load balancers", () => {
  it("answers as ELB does", () => {
    const { id, outputs } = balancer("edge");
    expect(id).toMatch(
      /^arn:aws:elasticloadbalancing:eu-central-1:000000000000:loadbalancer\/app\/edge\/[0-9a-f]{16}$/,
    );
    expect(outputs["dnsName"]).toMatch(/^internal-edge-\d+\.eu-central-1\.elb\.amazonaws\.com$/);
    expect(outputs).toMatchObject({
      arnSuffix: id.slice(id.indexOf("app/")),
      securityGroups: [vpc.outputs["defaultSecurityGroupId"]],
      vpcId: vpc.id,
      zoneId: "Z215JYRZR1TBD5",
    });
  });

  it("needs two zones, one subnet in each", () => {
    const make = (indices: readonly number[]) => () =>
      account.make(BALANCER, { name: "edge", subnets: indices.map((index) => subnets[index] ?? "") });
    expect(make([0])).toThrow("At least two subnets in two different Availability Zones must be specified");
    expect(make([0, 1, 2])).toThrow("cannot be attached to multiple subnets in the same Availability Zone");
  });

  it("has one of a name, and keeps a protected one", () => {
    const edge = balancer("edge");
    expect(() => balancer("edge")).toThrow("A load balancer with the same name 'edge' exists");
    const kept = account.update(edge, { ...edge.inputs, enableDeletionProtection: true });
    expect(() => account.remove(kept)).toThrow(
      `Load balancer '${edge.id}' cannot be deleted because deletion protection is enabled`,
    );
  });

  it("holds on to its subnets and groups", () => {
    balancer("edge");
    const first = account.get("aws:ec2/subnet:Subnet", subnets[0] ?? "");
    expect(() => first && account.remove(first)).toThrow("has dependencies and cannot be deleted.");
  });
});

describe("target groups", () => {
  it("fills in the health check", () => {
    const made = account.make(GROUP, {
      ...{ name: "blue", port: 80, protocol: "HTTP", vpcId: vpc.id, targetType: "ip" },
      healthCheck: { path: "/ready", interval: 5 },
    });
    expect(made.outputs["healthCheck"]).toEqual({
      enabled: true,
      healthyThreshold: 3,
      interval: 5,
      matcher: "200",
      path: "/ready",
      port: "traffic-port",
      protocol: "HTTP",
      timeout: 5,
      unhealthyThreshold: 3,
    });
  });

  it("has one of a name, and stays while something forwards to it", () => {
    const blue = group("blue");
    expect(() => group("blue")).toThrow(
      "A target group with the same name 'blue' exists, but with different settings",
    );
    const used = rule(listen(balancer("edge")), [forward(blue.id, 1)]);
    expect(() => account.remove(blue)).toThrow(
      `Target group '${blue.id}' is currently in use by a listener or a rule`,
    );
    account.remove(used);
    expect(() => account.remove(blue)).not.toThrow();
  });

  it("serves one load balancer", () => {
    const blue = group("blue");
    rule(listen(balancer("edge")), [forward(blue.id, 1)]);
    expect(() => rule(listen(balancer("other")), [forward(blue.id, 1)])).toThrow(
      `The following target groups cannot be associated with more than one load balancer: ${blue.id}`,
    );
  });

  it.each([
    [{ name: "-a" }, "name", /no hyphen at an end, got "-a"/],
    [{ name: "a".repeat(33) }, "name", /^must be at most 32 letters/],
    [{ port: 0 }, "port", /^must be between 1 and 65535, got 0/],
    [
      { healthCheck: { interval: 5, timeout: 5 } },
      "healthCheck.timeout",
      /^must be below healthCheck.interval \(5\), got 5/,
    ],
    [{ slowStart: 10 }, "slowStart", /^must be 0 or between 30 and 900, got 10/],
    [{ protocol: UNKNOWN, port: undefined }, "port", /^should be set when target type is ip/],
  ])("refuses %j at the preview", (more, property, reason) => {
    const inputs = { name: "a", port: 80, protocol: "HTTP", vpcId: "v", targetType: "ip", ...more };
    const failures = resourceModel(GROUP)?.rules?.flatMap((each) => each.check(inputs)) ?? [];
    expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) as string }]);
  });
});

describe("listeners and rules", () => {
  it("listens once a port", () => {
    const edge = balancer("edge");
    listen(edge);
    expect(() => listen(edge)).toThrow(
      `A listener already exists on this port for this load balancer '${edge.id}'`,
    );
    expect(() => listen(edge, 81)).not.toThrow();
  });

  it("numbers rules, and gives a priority once", () => {
    const listener = listen(balancer("edge"));
    const blue = group("blue");
    const first = rule(listener, [forward(blue.id, 1)], { priority: 10 });
    expect(first.id.startsWith(listener.id.replace(":listener/", ":listener-rule/"))).toBe(true);
    expect(rule(listener, [forward(blue.id, 1)]).outputs["priority"]).toBe(11);
    expect(() => rule(listener, [forward(blue.id, 1)], { priority: 10 })).toThrow(
      "Priority '10' is currently in use",
    );
    expect(() => rule(listener, [forward("arn:nothing", 1)])).toThrow(
      "Target groups 'arn:nothing' not found",
    );
  });

  it("moves weights, and the data source reads them", () => {
    const [blue, green] = [group("blue").id, group("green").id];
    const made = rule(listen(balancer("edge")), [forward(blue, 100), forward(green, 0)], { priority: 1 });
    const actions = [{ type: "forward", forward: { targetGroups: [forward(blue, 0), forward(green, 100)] } }];
    account.update(made, { ...made.inputs, actions });
    const read = functionModel("aws:lb/getListenerRule:getListenerRule")?.invoke({ arn: made.id }, account);
    expect(read?.["actions"]).toEqual([
      {
        authenticateCognitos: [],
        authenticateOidcs: [],
        fixedResponses: [],
        forwards: [
          {
            stickinesses: [{ duration: 0, enabled: false }],
            targetGroups: [forward(blue, 0), forward(green, 100)].map((each) => ({ ...each })),
          },
        ],
        order: 1,
        redirects: [],
        type: "forward",
      },
    ]);
  });

  it.each([
    [{ conditions: [] }, "conditions", "needs at least one condition"],
    [{ conditions: [{}] }, "conditions[0]", /^must hold exactly one of/],
    [{ actions: [{ type: "forward" }] }, "actions[0].forward", /needs targetGroupArn/],
    [{ actions: [{ type: "authenticate-oidc" }] }, "actions[0].type", /not modelled by the stand-in/],
    [
      { actions: [{ type: "forward", forward: { targetGroups: [{ arn: "a", weight: 1000 }] } }] },
      "actions[0].forward.targetGroups[0].weight",
      "must be a whole number between 0 and 999, got 1000",
    ],
  ])("refuses %j at the preview", (more, property, reason) => {
    const inputs = { conditions: [{ pathPattern: { values: ["/"] } }], actions: NOT_FOUND, ...more };
    const failures = resourceModel(RULE)?.rules?.flatMap((each) => each.check(inputs)) ?? [];
    expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) as string }]);
  });
});
