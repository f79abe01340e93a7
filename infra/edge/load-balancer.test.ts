import { Children, value } from "../testing/children.ts";
import { LoadBalancer, type LoadBalancerArgs } from "./load-balancer.ts";

const PREFIX_LISTS = { "aws:ec2/getManagedPrefixList:getManagedPrefixList": { id: "pl-cloudfront" } };
const RULE = "aws:lb/listenerRule:ListenerRule";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

async function make(change: Partial<LoadBalancerArgs> = {}) {
  const children = new Children(
    (type) => (type === "random:index/randomPassword:RandomPassword" ? { result: "s3cret" } : {}),
    PREFIX_LISTS,
  );
  const edge = new LoadBalancer(
    "edge",
    {
      vpcId: "vpc-1",
      subnetIds: ["subnet-a", "subnet-b"],
      ingress: { cidrs: ["10.42.0.0/16"] },
      clusterSecurityGroupId: "sg-cluster",
      clusterName: "twinstack-test",
      targetPort: 8080,
      idleTimeoutSeconds: 60,
      deregistrationDelaySeconds: 30,
      healthCheck: { intervalSeconds: 5, timeoutSeconds: 3, healthyThreshold: 2, unhealthyThreshold: 4 },
      protect: false,
      tags: { team: "a" },
      ...change,
    },
    children.options,
  );
  return { edge, children: await children.all() };
}

describe("LoadBalancer", () => {
  it("makes these children and no other", async () => {
    const { children } = await make();
    expect(Object.keys(children).sort()).toEqual([
      "aws:ec2/securityGroup:SecurityGroup edge",
      "aws:lb/listener:Listener edge-http",
      `${RULE} edge-preview-blue`,
      `${RULE} edge-preview-green`,
      `${RULE} edge-traffic`,
      "aws:lb/loadBalancer:LoadBalancer edge",
      "aws:lb/targetGroup:TargetGroup edge-blue",
      "aws:lb/targetGroup:TargetGroup edge-green",
      `${EGRESS} edge-to-pods`,
      `${INGRESS} edge-from-10.42.0.0/16`,
      `${INGRESS} edge-into-pods`,
      "random:index/randomPassword:RandomPassword edge-preview",
      "twinstack:edge:LoadBalancer edge",
    ]);
  });

  it("is internal, drops bad headers and logs only when told where", async () => {
    const { children } = await make();
    expect(children["aws:lb/loadBalancer:LoadBalancer edge"]?.inputs).toEqual({
      internal: true,
      loadBalancerType: "application",
      subnets: ["subnet-a", "subnet-b"],
      securityGroups: ["edge-id"],
      dropInvalidHeaderFields: true,
      idleTimeout: 60,
      enableDeletionProtection: false,
      tags: { team: "a" },
    });
    const logging = await make({ accessLogs: { bucket: "logs", prefix: "edge" } });
    expect(logging.children["aws:lb/loadBalancer:LoadBalancer edge"]?.inputs["accessLogs"]).toEqual({
      enabled: true,
      bucket: "logs",
      prefix: "edge",
    });
  });

  it("creates the traffic rule with all weight on blue, then leaves its actions alone", async () => {
    const { children } = await make();
    const rule = children[`${RULE} edge-traffic`];
    expect(rule?.inputs).toEqual({
      listenerArn: "arn:edge-http",
      priority: 100,
      conditions: [{ pathPattern: { values: ["/*"] } }],
      actions: [
        {
          type: "forward",
          forward: {
            targetGroups: [
              { arn: "arn:edge-blue", weight: 100 },
              { arn: "arn:edge-green", weight: 0 },
            ],
          },
        },
      ],
      tags: { team: "a" },
    });
    expect(rule?.options.ignoreChanges).toEqual(["actions"]);
  });

  it("reaches each colour by its own secret header value, before the weights", async () => {
    const { children, edge } = await make();
    const rules = (["blue", "green"] as const).map(
      (colour) => children[`${RULE} edge-preview-${colour}`]?.inputs,
    );
    expect(rules).toMatchObject(
      [
        { priority: 10, colour: "blue" },
        { priority: 11, colour: "green" },
      ].map(({ priority, colour }) => ({
        priority,
        conditions: [{ httpHeader: { httpHeaderName: "X-Twinstack-Preview", values: [`${colour}-s3cret`] } }],
        actions: [{ type: "forward", targetGroupArn: `arn:edge-${colour}` }],
      })),
    );
    expect(children["random:index/randomPassword:RandomPassword edge-preview"]?.inputs).toEqual({
      length: 40,
      special: false,
      upper: false,
    });
    expect(edge.preview.header).toBe("X-Twinstack-Preview");
    expect(await value(edge.preview.green)).toBe("green-s3cret");
  });

  it("checks readiness, and lets the cluster register targets", async () => {
    const { children } = await make();
    expect(children["aws:lb/targetGroup:TargetGroup edge-green"]?.inputs).toEqual({
      vpcId: "vpc-1",
      targetType: "ip",
      protocol: "HTTP",
      port: 8080,
      deregistrationDelay: 30,
      healthCheck: {
        protocol: "HTTP",
        path: "/health/ready",
        matcher: "200",
        interval: 5,
        timeout: 3,
        healthyThreshold: 2,
        unhealthyThreshold: 4,
      },
      tags: { team: "a", "eks:eks-cluster-name": "twinstack-test", "twinstack:colour": "green" },
    });
  });

  it("answers what no rule takes with 404", async () => {
    const { children } = await make();
    expect(children["aws:lb/listener:Listener edge-http"]?.inputs).toMatchObject({
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404" } }],
    });
  });

  it("speaks https instead of http when it has a certificate", async () => {
    const { children } = await make({
      certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/a",
    });
    expect(children["aws:lb/listener:Listener edge-http"]?.inputs).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/a",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    });
    expect(children[`${INGRESS} edge-from-10.42.0.0/16`]?.inputs).toMatchObject({
      description: "HTTPS from 10.42.0.0/16",
      fromPort: 443,
      toPort: 443,
    });
  });

  it("speaks to the pods' port alone, on both sides", async () => {
    const { children } = await make();
    const port = { ipProtocol: "tcp", fromPort: 8080, toPort: 8080 };
    expect(children[`${EGRESS} edge-to-pods`]?.inputs).toMatchObject({
      ...port,
      securityGroupId: "edge-id",
      referencedSecurityGroupId: "sg-cluster",
    });
    expect(children[`${INGRESS} edge-into-pods`]?.inputs).toMatchObject({
      ...port,
      securityGroupId: "sg-cluster",
      referencedSecurityGroupId: "edge-id",
    });
  });

  it("admits a prefix list instead of ranges", async () => {
    const { children } = await make({
      ingress: { prefixList: "com.amazonaws.global.cloudfront.origin-facing" },
    });
    const rules = Object.entries(children).filter(([key]) => key.startsWith(`${INGRESS} edge-from`));
    expect(rules.map(([key, { inputs }]) => [key, inputs["prefixListId"], inputs["cidrIpv4"]])).toEqual([
      [`${INGRESS} edge-from-prefix-list`, "pl-cloudfront", undefined],
    ]);
  });

  it("is protected in Pulumi and in AWS when asked", async () => {
    const { children } = await make({ protect: true });
    const balancer = children["aws:lb/loadBalancer:LoadBalancer edge"];
    expect(balancer?.options.protect).toBe(true);
    expect(balancer?.inputs["enableDeletionProtection"]).toBe(true);
  });
});
