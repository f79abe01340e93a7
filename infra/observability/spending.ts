import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** USD. */
export interface SpendingLimits {
  /** What the account may cost a month: told at 80 % of it, and when the forecast passes it. */
  readonly monthlyUsd: number;
  /** Told of an unusual rise whose cost is this and more. */
  readonly anomalyUsd: number;
}

interface SpendingOptions {
  readonly namePrefix: string;
  readonly topicArn: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Both watch the whole account: a filter by tag sees nothing until somebody activates the tag in Billing, and would be
 * silent for ever. An account has one monitor by service at most, so of two environments in one account one leaves
 * this out.
 */
export function createSpendingAlerts(
  name: string,
  limits: SpendingLimits,
  options: SpendingOptions,
  parent: pulumi.Resource,
): void {
  new aws.budgets.Budget(name, budgetArgs(limits, options), { parent });
  const monitor = new aws.costexplorer.AnomalyMonitor(
    name,
    {
      name: options.namePrefix,
      monitorType: "DIMENSIONAL",
      monitorDimension: "SERVICE",
      tags: options.tags,
    },
    { parent },
  );
  new aws.costexplorer.AnomalySubscription(name, anomalySubscriptionArgs(limits, monitor.arn, options), {
    parent,
  });
}

export function budgetArgs(limits: SpendingLimits, options: SpendingOptions): aws.budgets.BudgetArgs {
  const told = (notificationType: string, threshold: number) => ({
    notificationType,
    threshold,
    thresholdType: "PERCENTAGE",
    comparisonOperator: "GREATER_THAN",
    subscriberSnsTopicArns: [options.topicArn],
  });
  return {
    name: options.namePrefix,
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount: `${limits.monthlyUsd}`,
    limitUnit: "USD",
    notifications: [told("ACTUAL", 80), told("FORECASTED", 100)],
    tags: options.tags,
  };
}

/** At once, which goes to a topic alone: mails are daily or weekly. */
export function anomalySubscriptionArgs(
  limits: SpendingLimits,
  monitorArn: pulumi.Input<string>,
  options: SpendingOptions,
): aws.costexplorer.AnomalySubscriptionArgs {
  return {
    name: options.namePrefix,
    frequency: "IMMEDIATE",
    monitorArnLists: [monitorArn],
    subscribers: [{ type: "SNS", address: options.topicArn }],
    thresholdExpression: {
      dimension: {
        key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
        matchOptions: ["GREATER_THAN_OR_EQUAL"],
        values: [`${limits.anomalyUsd}`],
      },
    },
    tags: options.tags,
  };
}
