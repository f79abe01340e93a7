import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { flag, text, texts } from "../fields.ts";
import { generatedName } from "../names.ts";
import { isArn, matches } from "../rules.ts";
import { EVENT_SUBSCRIPTION, findInstance, PARAMETER_GROUP, PROXY } from "./references.ts";

const DOC = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateEventSubscription.html";
const EVENTS_DOC = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html";

const TOPIC = "aws:sns/topic:Topic";

/** Sources of the stand-in's events, with their categories. Clusters, snapshots and the like it does not model. */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  "db-instance": [
    ...["availability", "backup", "configuration change", "creation", "deletion", "failover", "failure"],
    ...["low storage", "maintenance", "notification", "read replica", "recovery", "restoration"],
    ...["security", "security patching"],
  ],
  "db-parameter-group": ["configuration change"],
  "db-proxy": ["configuration change", "creation", "deletion", "failure"],
};

const categories: Rule = {
  source: EVENTS_DOC,
  check(inputs) {
    const type = inputs["sourceType"];
    if (type === undefined || typeof type !== "string") {
      const missing = type === undefined && inputs["sourceIds"] !== undefined;
      return missing ? [{ property: "sourceType", reason: "is required with sourceIds" }] : [];
    }
    const known = CATEGORIES[type];
    if (!known) {
      const reason = `must be one of ${Object.keys(CATEGORIES).join(", ")} (others are not modelled by the stand-in), got "${type}"`;
      return [{ property: "sourceType", reason }];
    }
    const asked = inputs["eventCategories"];
    if (!Array.isArray(asked)) return [];
    return (asked as readonly unknown[])
      .filter((name): name is string => typeof name === "string" && !known.includes(name))
      .map((name) => ({
        property: "eventCategories",
        reason: `has "${name}", which ${type} has not; write some of ${known.join(", ")}`,
      }));
  },
};

function exists(type: string, id: string, account: Account): boolean {
  if (type === "db-instance") return findInstance(account, id) !== undefined;
  return account.get(type === "db-proxy" ? PROXY : PARAMETER_GROUP, id) !== undefined;
}

function checkReferences(inputs: JsonObject, account: Account): void {
  const topic = text(inputs, "snsTopic") ?? "";
  if (!account.get(TOPIC, topic)) {
    throw new AwsError("SNSTopicArnNotFound", `The SNS topic ARN ${topic} does not exist.`);
  }
  const type = text(inputs, "sourceType");
  if (type === undefined) return;
  for (const id of texts(inputs, "sourceIds")) {
    if (!exists(type, id, account)) {
      throw new AwsError("SourceNotFound", `The source ${id} of type ${type} could not be found.`);
    }
  }
}

export const eventSubscription: ResourceModel = {
  type: EVENT_SUBSCRIPTION,
  autoname: { property: "name", maxLength: 255 },
  rules: [
    matches("name", /^[A-Za-z0-9-]{1,255}$/, "1 to 255 letters, digits and hyphens", DOC),
    isArn("snsTopic", DOC),
    categories,
  ],
  create(inputs, account) {
    const name = generatedName(inputs);
    if (account.get(EVENT_SUBSCRIPTION, name)) {
      throw new AwsError("SubscriptionAlreadyExist", `Event subscription ${name} already exists`);
    }
    checkReferences(inputs, account);
    return {
      id: name,
      outputs: {
        arn: account.arn("rds", `es:${name}`, text(inputs, "region")),
        customerAwsId: account.id,
        enabled: flag(inputs, "enabled") ?? true,
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
      },
    };
  },
  update(_current, inputs, account) {
    checkReferences(inputs, account);
    return {};
  },
};
