import type { ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { text } from "../fields.ts";
import { oneOf } from "../rules.ts";
import { DISTRIBUTION, MONITORING } from "./references.ts";

/** Stored: nothing here has CloudWatch's metrics. */
export const monitoringSubscription: ResourceModel = {
  type: MONITORING,
  rules: [
    oneOf(
      "monitoringSubscription.realtimeMetricsSubscriptionConfig.realtimeMetricsSubscriptionStatus",
      ["Enabled", "Disabled"],
      "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_RealtimeMetricsSubscriptionConfig.html",
    ),
  ],
  create(inputs, account) {
    const id = text(inputs, "distributionId") ?? "";
    if (!account.get(DISTRIBUTION, id)) {
      throw new AwsError("NoSuchDistribution", "The specified distribution does not exist.");
    }
    if (account.get(MONITORING, id)) {
      throw new AwsError(
        "MonitoringSubscriptionAlreadyExists",
        "A monitoring subscription already exists for the specified distribution.",
      );
    }
    return { id, outputs: {} };
  },
};
