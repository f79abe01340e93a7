import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { PREVIEW_HEADER } from "./preview.ts";

/** Where everything that is CloudFront's has to be, wherever the platform is. */
const CLOUDFRONT_REGION = "us-east-1";

export interface FirewallOptions {
  /** Requests an address may send within the window before it is refused, 10–2,000,000,000. */
  readonly rateLimit: number;
  /** Seconds: 60, 120, 300 or 600. */
  readonly rateWindowSeconds: number;
  /** Days that the log of refused requests is kept: one of CloudWatch's values. */
  readonly logRetentionDays: number;
}

/** The distribution's firewall: a rate for each address, and two sets of rules that AWS keeps up to date. */
export function createWebAcl(
  name: string,
  options: FirewallOptions & {
    readonly distributionName: string;
    readonly tags: Readonly<Record<string, string>>;
  },
  parent: pulumi.Resource,
): aws.wafv2.WebAcl {
  const webAcl = new aws.wafv2.WebAcl(name, webAclArgs(name, options, options.tags), { parent });
  const group = new aws.cloudwatch.LogGroup(
    `${name}-waf`,
    {
      region: CLOUDFRONT_REGION,
      // The prefix is WAF's condition. CloudWatch's own encryption: the platform's key is another region's.
      name: `aws-waf-logs-${options.distributionName}`,
      retentionInDays: options.logRetentionDays,
      tags: options.tags,
    },
    { parent },
  );
  new aws.wafv2.WebAclLoggingConfiguration(name, loggingArgs(webAcl.arn, group.arn), { parent });
  return webAcl;
}

/** The limit comes first: what is over it costs no further check. The rules use 902 of the 1,500 capacity units. */
export function webAclArgs(
  name: string,
  options: FirewallOptions,
  tags: Readonly<Record<string, string>>,
): aws.wafv2.WebAclArgs {
  return {
    region: CLOUDFRONT_REGION,
    scope: "CLOUDFRONT",
    description: "In front of the distribution",
    defaultAction: { allow: {} },
    rules: [
      rateRule(options),
      managedRules("AWSManagedRulesCommonRuleSet", 1),
      managedRules("AWSManagedRulesKnownBadInputsRuleSet", 2),
    ],
    visibilityConfig: visibility(name),
    tags,
  };
}

function rateRule({ rateLimit, rateWindowSeconds }: FirewallOptions): aws.types.input.wafv2.WebAclRule {
  return {
    name: "rate",
    priority: 0,
    action: { block: {} },
    statement: {
      rateBasedStatement: {
        limit: rateLimit,
        evaluationWindowSec: rateWindowSeconds,
        aggregateKeyType: "IP",
      },
    },
    visibilityConfig: visibility("rate"),
  };
}

/** The groups decide by themselves: nothing is overridden. */
function managedRules(name: string, priority: number): aws.types.input.wafv2.WebAclRule {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
    visibilityConfig: visibility(name),
  };
}

function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true };
}

/** Only what was refused or counted: the distribution's own log has every request. No secret is written down. */
export function loggingArgs(
  webAclArn: pulumi.Input<string>,
  logGroupArn: pulumi.Input<string>,
): aws.wafv2.WebAclLoggingConfigurationArgs {
  const action = (name: string) => ({ actionCondition: { action: name } });
  return {
    region: CLOUDFRONT_REGION,
    resourceArn: webAclArn,
    logDestinationConfigs: [logGroupArn],
    loggingFilter: {
      defaultBehavior: "DROP",
      filters: [
        {
          behavior: "KEEP",
          requirement: "MEETS_ANY",
          conditions: [action("BLOCK"), action("COUNT")],
        },
      ],
    },
    redactedFields: ["authorization", "cookie", PREVIEW_HEADER.toLowerCase()].map((header) => ({
      singleHeader: { name: header },
    })),
  };
}
