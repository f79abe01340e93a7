import type { ExplainTable } from "../classification.ts";

const ALARM = "recorded: nothing measures, nothing fires";
const LOGS = "recorded: nothing is written into log groups";
const TOPIC = "recorded: nothing is published";
const COSTS = "recorded: nothing here costs anything";
const METRIC = ["dimensions", "metricName", "namespace", "period"];

/** CloudWatch, its logs, SNS, and what an account costs. */
export const observability: ExplainTable = {
  "aws:budgets/budget:Budget": {
    stored: {
      [COSTS]: [
        "budgetType",
        "limitAmount",
        "limitUnit",
        "name",
        "notifications.comparisonOperator",
        "notifications.notificationType",
        "notifications.subscriberSnsTopicArns",
        "notifications.threshold",
        "notifications.thresholdType",
        "tags",
        "timeUnit",
      ],
    },
  },
  "aws:cloudwatch/dashboard:Dashboard": { stored: { [ALARM]: ["dashboardBody", "dashboardName"] } },
  "aws:cloudwatch/logGroup:LogGroup": {
    stored: {
      [LOGS]: ["name", "region", "retentionInDays", "tags"],
      "checked: the key's policy must admit the logs service; nothing is encrypted": ["kmsKeyId"],
    },
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    stored: {
      [ALARM]: [
        ...METRIC,
        ...[...METRIC, "stat"].map((key) => `metricQueries.metric.${key}`),
        "alarmActions",
        "alarmDescription",
        "comparisonOperator",
        "evaluationPeriods",
        "extendedStatistic",
        "metricQueries.expression",
        "metricQueries.id",
        "metricQueries.label",
        "metricQueries.returnData",
        "name",
        "okActions",
        "statistic",
        "tags",
        "threshold",
        "treatMissingData",
      ],
    },
  },
  "aws:costexplorer/anomalyMonitor:AnomalyMonitor": {
    stored: { [COSTS]: ["monitorDimension", "monitorType", "name", "tags"] },
  },
  "aws:costexplorer/anomalySubscription:AnomalySubscription": {
    stored: {
      [COSTS]: [
        "frequency",
        "monitorArnLists",
        "name",
        "subscribers.address",
        "subscribers.type",
        "tags",
        "thresholdExpression.dimension.key",
        "thresholdExpression.dimension.matchOptions",
        "thresholdExpression.dimension.values",
      ],
    },
  },
  "aws:sns/topic:Topic": { stored: { [TOPIC]: ["kmsMasterKeyId", "tags"] } },
  "aws:sns/topicPolicy:TopicPolicy": { stored: { [TOPIC]: ["arn", "policy"] } },
  "aws:sns/topicSubscription:TopicSubscription": {
    stored: { "recorded: no mail is sent": ["endpoint", "protocol", "topic"] },
  },
};
