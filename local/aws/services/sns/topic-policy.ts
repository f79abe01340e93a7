import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { text } from "../fields.ts";
import { isArn, isJson } from "../rules.ts";
import { checkTopicPolicy } from "./policy.ts";
import { requireTopic, TOPIC_POLICY } from "./references.ts";

const DOC = "https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html";

function check(inputs: JsonObject, account: Account): string {
  const { id } = requireTopic(account, text(inputs, "arn") ?? "");
  checkTopicPolicy(text(inputs, "policy") ?? "", id);
  return id;
}

/** A topic's one policy, by the topic's ARN. */
export const topicPolicy: ResourceModel = {
  type: TOPIC_POLICY,
  documents: { policy: "policy" },
  rules: [isArn("arn", DOC), isJson("policy", DOC)],
  create: (inputs, account) => ({ id: check(inputs, account), outputs: { owner: account.id } }),
  update(_current, inputs, account) {
    check(inputs, account);
    return {};
  },
};
