import * as pulumi from "@pulumi/pulumi";
import { Children } from "../testing/children.ts";
import { createWebAcl } from "./web-acl.ts";

async function make() {
  const children = new Children();
  const component = new pulumi.ComponentResource("test:index:Parent", "parent", {}, children.options);
  createWebAcl(
    "edge",
    {
      distributionName: "twinstack-test",
      rateLimit: 500,
      rateWindowSeconds: 60,
      logRetentionDays: 7,
      tags: { team: "a" },
    },
    component,
  );
  return children.all();
}

const visibility = (metricName: string) => ({
  cloudwatchMetricsEnabled: true,
  metricName,
  sampledRequestsEnabled: true,
});

it("limits each address's rate first, then asks AWS's own rules", async () => {
  const children = await make();
  const managed = (name: string, priority: number) => ({
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
    visibilityConfig: visibility(name),
  });
  expect(children["aws:wafv2/webAcl:WebAcl edge"]?.inputs).toEqual({
    region: "us-east-1",
    scope: "CLOUDFRONT",
    description: "In front of the distribution",
    defaultAction: { allow: {} },
    rules: [
      {
        name: "rate",
        priority: 0,
        action: { block: {} },
        statement: {
          rateBasedStatement: { limit: 500, evaluationWindowSec: 60, aggregateKeyType: "IP" },
        },
        visibilityConfig: visibility("rate"),
      },
      managed("AWSManagedRulesCommonRuleSet", 1),
      managed("AWSManagedRulesKnownBadInputsRuleSet", 2),
    ],
    visibilityConfig: visibility("edge"),
    tags: { team: "a" },
  });
});

it("writes down what was refused, in the firewall's region, and no secret", async () => {
  const children = await make();
  expect(children["aws:cloudwatch/logGroup:LogGroup edge-waf"]?.inputs).toEqual({
    region: "us-east-1",
    name: "aws-waf-logs-twinstack-test",
    retentionInDays: 7,
    tags: { team: "a" },
  });
  expect(children["aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration edge"]?.inputs).toEqual({
    region: "us-east-1",
    resourceArn: "arn:edge",
    logDestinationConfigs: ["arn:edge-waf"],
    loggingFilter: {
      defaultBehavior: "DROP",
      filters: [
        {
          behavior: "KEEP",
          requirement: "MEETS_ANY",
          conditions: [{ actionCondition: { action: "BLOCK" } }, { actionCondition: { action: "COUNT" } }],
        },
      ],
    },
    redactedFields: ["authorization", "cookie", "x-twinstack-preview"].map((name) => ({
      singleHeader: { name },
    })),
  });
});
