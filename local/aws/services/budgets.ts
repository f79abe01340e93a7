import type { JsonObject } from "../../region/protocol.ts";
import type { Account, ResourceModel, Rule, ServiceModel } from "../model.ts";
import { AwsError } from "../model.ts";
import { objects, text, texts } from "./fields.ts";
import { generatedName } from "./names.ts";
import { eachBetween, eachOneOf } from "./nested-rules.ts";
import { matches, oneOf } from "./rules.ts";
import { requireTopic } from "./sns/references.ts";

const BUDGET = "aws:budgets/budget:Budget";
const API = "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_";

/** At most one topic and ten addresses, and at least one of either. */
const subscribers: Rule = {
  source: `${API}Notification.html`,
  check({ notifications }) {
    if (!Array.isArray(notifications)) return [];
    const items = notifications as readonly JsonObject[];
    const few = items.flatMap((notification, index) => {
      const topics = notification["subscriberSnsTopicArns"];
      const emails = notification["subscriberEmailAddresses"];
      const count = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
      const right = count(topics) <= 1 && count(emails) <= 10 && count(topics) + count(emails) > 0;
      const unknown = [topics, emails].some((list) => list !== undefined && !Array.isArray(list));
      const reason = "needs a subscriber, and takes at most one topic and ten addresses";
      return right || unknown ? [] : [{ property: `notifications[${index}]`, reason }];
    });
    const many = items.length > 5 ? [{ property: "notifications", reason: "must hold at most 5" }] : [];
    return [...few, ...many];
  },
};

function checkTopics(inputs: JsonObject, account: Account): void {
  const topics = objects(inputs, "notifications").flatMap((each) => texts(each, "subscriberSnsTopicArns"));
  for (const arn of topics) requireTopic(account, arn);
}

/** First of this month, as AWS writes it. */
function thisMonth(): string {
  return `${new Date().toISOString().slice(0, 7)}-01_00:00`;
}

/** A limit for costs. Recorded: nothing here costs anything. */
const budget: ResourceModel = {
  type: BUDGET,
  autoname: { property: "name", maxLength: 100 },
  notModelled: [
    "accountId",
    "autoAdjustData",
    "billingViewArn",
    "costFilters",
    "costTypes",
    "filterExpression",
    "metrics",
    "plannedLimits",
  ],
  sets: ["notifications"],
  rules: [
    matches("name", /^[^:\\]{1,100}$/, "1 to 100 characters without : and \\", `${API}Budget.html`),
    oneOf("budgetType", ["COST"], `${API}Budget.html`),
    oneOf("timeUnit", ["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY"], `${API}Budget.html`),
    matches("limitAmount", /^\d+(\.\d+)?$/, "a number in quotes", `${API}Spend.html`),
    oneOf("limitUnit", ["USD"], `${API}Spend.html`),
    {
      source: `${API}Budget.html`,
      check: (inputs) =>
        ["limitAmount", "limitUnit"]
          .filter((key) => inputs[key] === undefined)
          .map((property) => ({ property, reason: "is required: other limits are not modelled" })),
    },
    eachOneOf("notifications.notificationType", ["ACTUAL", "FORECASTED"], `${API}Notification.html`),
    eachOneOf(
      "notifications.comparisonOperator",
      ["GREATER_THAN", "LESS_THAN", "EQUAL_TO"],
      `${API}Notification.html`,
    ),
    eachOneOf("notifications.thresholdType", ["PERCENTAGE", "ABSOLUTE_VALUE"], `${API}Notification.html`),
    eachBetween("notifications.threshold", 0, 15_000_000_000_000, `${API}Notification.html`),
    subscribers,
  ],
  create(inputs, account) {
    checkTopics(inputs, account);
    const name = generatedName(inputs);
    const id = `${account.id}:${name}`;
    if (account.get(BUDGET, id)) {
      throw new AwsError(
        "DuplicateRecordException",
        `Error creating budget: ${name} - the budget already exists.`,
      );
    }
    return {
      id,
      outputs: {
        accountId: account.id,
        arn: account.arn("budgets", `budget/${name}`, ""),
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
        timePeriodStart: text(inputs, "timePeriodStart") ?? thisMonth(),
      },
    };
  },
  update(_current, inputs, account) {
    checkTopics(inputs, account);
    return {};
  },
};

export const service: ServiceModel = { resources: [budget], functions: [] };
