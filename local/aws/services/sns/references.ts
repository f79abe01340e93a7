import type { StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";

export const TOPIC = "aws:sns/topic:Topic";
export const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
export const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

/** The topic by its ARN. */
export function requireTopic(account: Account, arn: string): StoredResource {
  const topic = account.get(TOPIC, arn);
  if (topic) return topic;
  throw new AwsError("NotFound", "Topic does not exist");
}

export function invalidParameter(reason: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${reason}`);
}
