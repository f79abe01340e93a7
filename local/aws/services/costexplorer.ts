import { randomUUID } from "node:crypto";

import type { JsonObject } from "../../region/protocol.ts";
import type { Account, ResourceModel, Rule, ServiceModel } from "../model.ts";
import { AwsError } from "../model.ts";
import { objects, text, texts } from "./fields.ts";
import { eachOneOf } from "./nested-rules.ts";
import { longest, oneOf } from "./rules.ts";
import { requireTopic } from "./sns/references.ts";

const MONITOR = "aws:costexplorer/anomalyMonitor:AnomalyMonitor";
const SUBSCRIPTION = "aws:costexplorer/anomalySubscription:AnomalySubscription";
const API = "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_";

const dimension: Rule = {
  source: `${API}AnomalyMonitor.html`,
  check: ({ monitorDimension }) =>
    monitorDimension === undefined
      ? [{ property: "monitorDimension", reason: 'is required with monitorType "DIMENSIONAL"' }]
      : [],
};

/** Looks at costs by service. Recorded: nothing here costs anything. */
const monitor: ResourceModel = {
  type: MONITOR,
  autoname: { property: "name", maxLength: 1024 },
  notModelled: ["monitorSpecification"],
  rules: [
    // The other kind, CUSTOM, is by specification.
    oneOf("monitorType", ["DIMENSIONAL"], `${API}AnomalyMonitor.html`),
    oneOf("monitorDimension", ["SERVICE"], `${API}AnomalyMonitor.html`),
    dimension,
    longest("name", 1024, `${API}AnomalyMonitor.html`),
  ],
  create(_inputs, account) {
    if (account.all(MONITOR).length > 0) {
      throw new AwsError(
        "LimitExceededException",
        "Limit exceeded on dimensional spend monitor creation: an account has one by service",
      );
    }
    const arn = account.arn("ce", `anomalymonitor/${randomUUID()}`, "");
    return { id: arn, outputs: { arn } };
  },
};

/** At once goes to a topic alone, a summary to addresses alone. */
const frequency: Rule = {
  source: `${API}AnomalySubscription.html`,
  check({ frequency: often, subscribers }) {
    if (typeof often !== "string" || !Array.isArray(subscribers)) return [];
    const wanted = often === "IMMEDIATE" ? "SNS" : "EMAIL";
    return (subscribers as readonly JsonObject[]).flatMap((subscriber, index) => {
      const kind = typeof subscriber === "object" ? subscriber["type"] : undefined;
      if (typeof kind !== "string" || kind === wanted) return [];
      return [
        {
          property: `subscribers[${index}].type`,
          reason: `must be ${wanted} with frequency ${often}, got "${kind}"`,
        },
      ];
    });
  },
};

function checkReferences(inputs: JsonObject, account: Account): void {
  for (const arn of texts(inputs, "monitorArnLists")) {
    if (account.get(MONITOR, arn)) continue;
    throw new AwsError("UnknownMonitorException", `Can not find the specified anomaly monitor: ${arn}`);
  }
  for (const subscriber of objects(inputs, "subscribers")) {
    if (subscriber["type"] === "SNS") requireTopic(account, text(subscriber, "address") ?? "");
  }
}

const EXPRESSION = "thresholdExpression";

/** Recorded: there are no anomalies. */
const subscription: ResourceModel = {
  type: SUBSCRIPTION,
  autoname: { property: "name", maxLength: 1024 },
  notModelled: [
    "accountId",
    ...["ands", "costCategory", "not", "ors", "tags"].map((key) => `${EXPRESSION}.${key}`),
  ],
  sets: ["subscribers"],
  rules: [
    oneOf("frequency", ["DAILY", "IMMEDIATE", "WEEKLY"], `${API}AnomalySubscription.html`),
    eachOneOf("subscribers.type", ["EMAIL", "SNS"], `${API}Subscriber.html`),
    frequency,
    oneOf(
      `${EXPRESSION}.dimension.key`,
      ["ANOMALY_TOTAL_IMPACT_ABSOLUTE", "ANOMALY_TOTAL_IMPACT_PERCENTAGE"],
      `${API}AnomalySubscription.html`,
    ),
    eachOneOf(
      `${EXPRESSION}.dimension.matchOptions`,
      ["GREATER_THAN_OR_EQUAL"],
      `${API}AnomalySubscription.html`,
    ),
    longest("name", 1024, `${API}AnomalySubscription.html`),
  ],
  create(inputs, account) {
    checkReferences(inputs, account);
    const arn = account.arn("ce", `anomalysubscription/${randomUUID()}`, "");
    return { id: arn, outputs: { accountId: account.id, arn } };
  },
  update(_current, inputs, account) {
    checkReferences(inputs, account);
    return {};
  },
};

export const service: ServiceModel = { resources: [monitor, subscription], functions: [] };
