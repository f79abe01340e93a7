import { randomUUID } from "node:crypto";

import type { ResourceModel, Rule } from "../../model.ts";
import { text } from "../fields.ts";
import { isArn, oneOf } from "../rules.ts";
import { requireTopic, SUBSCRIPTION } from "./references.ts";

const DOC = "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html";

/** What SNS takes as an endpoint, by protocol. */
const ENDPOINTS: Readonly<Record<string, readonly [RegExp, string]>> = {
  email: [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address"],
  "email-json": [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address"],
  https: [/^https:\/\/\S+$/, "an https URL"],
};

const endpoint: Rule = {
  source: DOC,
  check({ protocol, endpoint: value }) {
    if (typeof protocol !== "string" || typeof value !== "string") return [];
    const [pattern, what] = ENDPOINTS[protocol] ?? [];
    if (pattern === undefined || pattern.test(value)) return [];
    return [{ property: "endpoint", reason: `must be ${what} with protocol ${protocol}, got "${value}"` }];
  },
};

/** Recorded: nobody is written to, and so nobody ever confirms. */
export const subscription: ResourceModel = {
  type: SUBSCRIPTION,
  documents: { deliveryPolicy: "json", filterPolicy: "json", redrivePolicy: "json", replayPolicy: "json" },
  defaults: { confirmationTimeoutInMinutes: 1, endpointAutoConfirms: false, rawMessageDelivery: false },
  notModelled: [
    "deliveryPolicy",
    "endpointAutoConfirms",
    "filterPolicy",
    "filterPolicyScope",
    "rawMessageDelivery",
    "redrivePolicy",
    "replayPolicy",
    "subscriptionRoleArn",
  ],
  rules: [isArn("topic", DOC), oneOf("protocol", Object.keys(ENDPOINTS), DOC), endpoint],
  /** The facts table lacks it: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic_subscription */
  replaces: (olds, news) => ["endpoint", "protocol", "topic"].filter((key) => olds[key] !== news[key]),
  create(inputs, account) {
    const topic = requireTopic(account, text(inputs, "topic") ?? "");
    const arn = `${topic.id}:${randomUUID()}`;
    return {
      id: arn,
      outputs: {
        arn,
        confirmationWasAuthenticated: false,
        filterPolicyScope: "",
        ownerId: account.id,
        pendingConfirmation: true,
      },
    };
  },
};
