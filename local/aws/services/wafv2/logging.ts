import type { ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { text, texts } from "../fields.ts";
import { eachOneOf } from "../nested-rules.ts";
import { WEB_ACL, WEB_ACL_LOGGING } from "./references.ts";

const DOC = "https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html";
const NAMES = "https://docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html";

/** WAF writes only to what is named for it. */
const destinations: Rule = {
  source: NAMES,
  check(inputs) {
    const value = inputs["logDestinationConfigs"];
    if (!Array.isArray(value)) return [];
    if (value.length !== 1) {
      return [
        { property: "logDestinationConfigs", reason: `must name one destination, got ${value.length}` },
      ];
    }
    const [arn] = value as readonly unknown[];
    if (
      typeof arn !== "string" ||
      /^arn:aws:(logs:[\w-]+:\d{12}:log-group:aws-waf-logs-|s3:::aws-waf-logs-|firehose:[\w-]+:\d{12}:deliverystream\/aws-waf-logs-).+$/.test(
        arn,
      )
    )
      return [];
    return [
      {
        property: "logDestinationConfigs[0]",
        reason: `must be the ARN of a log group, bucket or delivery stream whose name begins with aws-waf-logs-, got "${arn}"`,
      },
    ];
  },
};

/** Stored: refused requests are in the CDN's access log. */
export const webAclLogging: ResourceModel = {
  type: WEB_ACL_LOGGING,
  sets: ["redactedFields", "loggingFilter.filters", "loggingFilter.filters.conditions"],
  rules: [
    destinations,
    eachOneOf("loggingFilter.defaultBehavior", ["KEEP", "DROP"], DOC),
    eachOneOf("loggingFilter.filters.behavior", ["KEEP", "DROP"], DOC),
    eachOneOf("loggingFilter.filters.requirement", ["MEETS_ANY", "MEETS_ALL"], DOC),
  ],
  create(inputs, account) {
    const arn = text(inputs, "resourceArn") ?? "";
    if (!account.all(WEB_ACL).some(({ outputs }) => outputs["arn"] === arn)) {
      throw new AwsError(
        "WAFNonexistentItemException",
        "AWS WAF couldn't perform the operation because your resource doesn't exist.",
      );
    }
    const [destination = ""] = texts(inputs, "logDestinationConfigs");
    const region = arn.split(":")[3];
    if (destination.startsWith("arn:aws:logs:") && destination.split(":")[3] !== region) {
      throw new AwsError(
        "WAFInvalidParameterException",
        `Error reason: The ARN isn't valid. The log group must be in ${region ?? ""}, parameter: ${destination}`,
      );
    }
    return { id: arn, outputs: {} };
  },
};
