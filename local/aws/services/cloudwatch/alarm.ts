import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { text, texts } from "../fields.ts";
import { requireTopic } from "../sns/references.ts";
import { alarmRules } from "./alarm-rules.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

const ACTIONS = ["alarmActions", "okActions", "insufficientDataActions"] as const;

/**
 * An action is of the alarm's region. AWS takes an alarm whose topic is not there, and tells nobody when it comes to it; here
 * the topic must be there.
 */
function checkActions(inputs: JsonObject, account: Account): void {
  const region = text(inputs, "region") ?? account.region;
  for (const arn of ACTIONS.flatMap((key) => texts(inputs, key))) {
    const [, , service, of = ""] = arn.split(":");
    if (service !== "sns")
      throw invalid(`Unsupported alarm action in the stand-in for AWS, write a topic: ${arn}`);
    if (of !== region) throw invalid(`Invalid region ${of} specified. Only ${region} is supported.`);
    requireTopic(account, arn);
  }
}

function invalid(reason: string): AwsError {
  return new AwsError("ValidationError", reason);
}

/** Recorded: nothing here measures, and no alarm ever goes off. */
export const alarm: ResourceModel = {
  type: ALARM,
  autoname: { property: "name", maxLength: 255 },
  defaults: { treatMissingData: "missing" },
  notModelled: [
    "evaluationCriteria",
    "evaluationInterval",
    "thresholdMetricId",
    "warmUpConfiguration",
    "metricQueries.accountId",
  ],
  sets: ["metricQueries"],
  rules: alarmRules,
  create(inputs, account) {
    const name = text(inputs, "name") ?? "";
    // AWS lets the second overwrite the first; no program means that.
    if (account.get(ALARM, name)) throw invalid(`An alarm with the name ${name} already exists`);
    checkActions(inputs, account);
    return {
      id: name,
      outputs: {
        arn: account.arn("cloudwatch", `alarm:${name}`, text(inputs, "region")),
        evaluateLowSampleCountPercentiles: text(inputs, "evaluateLowSampleCountPercentiles") ?? "",
      },
    };
  },
  update(_current, inputs, account) {
    checkActions(inputs, account);
    return {};
  },
};
