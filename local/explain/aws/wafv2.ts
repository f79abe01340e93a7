import type { ExplainTable } from "../classification.ts";

const LOG = "recorded: who was refused stands in the CDN's access log";
const NO_METRICS = "nothing counts or samples requests of a rule";

export const wafv2: ExplainTable = {
  "aws:wafv2/webAcl:WebAcl": {
    enforced: {
      nginx: [
        "defaultAction.allow",
        "rules.action.block",
        "rules.priority",
        "rules.statement.rateBasedStatement.evaluationWindowSec",
        "rules.statement.rateBasedStatement.limit",
      ],
      "nginx, by address; other keys are refused": ["rules.statement.rateBasedStatement.aggregateKeyType"],
      "a web ACL of CloudFront anywhere but in us-east-1 is refused": ["region", "scope"],
    },
    stored: { "recorded: nobody reads it here": ["description", "rules.name", "tags"] },
    inert: {
      "AWS's own rules are AWS's alone: they let everything through": [
        "rules.overrideAction.none",
        "rules.statement.managedRuleGroupStatement.name",
        "rules.statement.managedRuleGroupStatement.vendorName",
      ],
      [NO_METRICS]: ["cloudwatchMetricsEnabled", "metricName", "sampledRequestsEnabled"].flatMap((key) => [
        `rules.visibilityConfig.${key}`,
        `visibilityConfig.${key}`,
      ]),
    },
  },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
    stored: {
      [LOG]: [
        "logDestinationConfigs",
        "loggingFilter.defaultBehavior",
        "loggingFilter.filters.behavior",
        "loggingFilter.filters.conditions.actionCondition.action",
        "loggingFilter.filters.requirement",
        "redactedFields.singleHeader.name",
        "region",
        "resourceArn",
      ],
    },
  },
};
