import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { text } from "../fields.ts";
import { findKey } from "../kms.ts";
import { generatedName } from "../names.ts";
import { isJson, longest, matches, numberIn } from "../rules.ts";
import { checkTopicPolicy, ownersPolicy } from "./policy.ts";
import { invalidParameter, TOPIC } from "./references.ts";

const DOC = "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html";

/** Reports on deliveries to endpoints that are not modelled either. */
const FEEDBACK = ["application", "firehose", "http", "lambda", "sqs"].flatMap((endpoint) => [
  `${endpoint}FailureFeedbackRoleArn`,
  `${endpoint}SuccessFeedbackRoleArn`,
  `${endpoint}SuccessFeedbackSampleRate`,
]);

/** AWS takes a key that is not there, and finds out when somebody publishes: too late to be of use. */
function checkKey(inputs: JsonObject, account: Account): void {
  const key = text(inputs, "kmsMasterKeyId");
  if (key === undefined || /(^|:)alias\//.test(key) || findKey(account, key)) return;
  throw invalidParameter(`KmsMasterKeyId Reason: key ${key} does not exist`);
}

/** Standard topics. Recorded: nothing is published here. */
export const topic: ResourceModel = {
  type: TOPIC,
  documents: { archivePolicy: "json", deliveryPolicy: "json", policy: "policy" },
  autoname: { property: "name", maxLength: 256 },
  defaults: { contentBasedDeduplication: false, fifoTopic: false },
  notModelled: [
    "archivePolicy",
    "contentBasedDeduplication",
    "deliveryPolicy",
    "fifoThroughputScope",
    "fifoTopic",
    "tracingConfig",
    ...FEEDBACK,
  ],
  rules: [
    matches("name", /^[\w-]{1,256}$/, "1 to 256 letters, digits, - and _", DOC),
    longest("displayName", 100, DOC),
    numberIn("signatureVersion", [1, 2], DOC),
    isJson("policy", DOC),
  ],
  /** The facts table lacks it: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic */
  replaces: (olds, news) => ["name", "namePrefix"].filter((key) => olds[key] !== news[key]),
  create(inputs, account) {
    checkKey(inputs, account);
    const name = generatedName(inputs);
    const arn = account.arn("sns", name, text(inputs, "region"));
    // AWS answers the topic that is there; two resources that take one topic for theirs would undo each other's work.
    if (account.get(TOPIC, arn)) throw invalidParameter(`Name Reason: Topic ${name} already exists`);
    const policy = text(inputs, "policy");
    if (policy !== undefined) checkTopicPolicy(policy, arn);
    return {
      id: arn,
      outputs: {
        arn,
        beginningArchiveTime: "",
        fifoThroughputScope: "",
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
        owner: account.id,
        policy: policy ?? ownersPolicy(arn, account),
        signatureVersion: inputs["signatureVersion"] ?? 0,
        tracingConfig: "",
      },
    };
  },
  update(current, inputs, account) {
    checkKey(inputs, account);
    const policy = text(inputs, "policy");
    if (policy !== undefined) checkTopicPolicy(policy, current.id);
    return {};
  },
};
