import type { JsonObject } from "../../region/protocol.ts";
import type { Account, ResourceModel, ServiceModel } from "../model.ts";
import { AwsError } from "../model.ts";
import { flag, text } from "./fields.ts";
import { findKey, keyPolicyOf } from "./kms.ts";
import { generatedName } from "./names.ts";
import { isArn, matches, numberIn, oneOf } from "./rules.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const GROUP_DOC =
  "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
const RETENTION_DOC =
  "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html";

/** Days; 0 keeps events for ever. */
const RETENTIONS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** The service itself must be allowed to use the key, and the key be of the group's region. */
function checkKey(inputs: JsonObject, groupArn: string, account: Account): void {
  const arn = text(inputs, "kmsKeyId");
  if (arn === undefined) return;
  const key = findKey(account, arn);
  const near = arn.split(":")[3] === groupArn.split(":")[3];
  if (key && near && /"(logs\.[a-z0-9-]*\.?amazonaws\.com)"/.test(keyPolicyOf(account, key))) return;
  throw new AwsError(
    "AccessDeniedException",
    `The specified KMS key does not exist or is not allowed to be used with Arn '${groupArn}'`,
  );
}

const logGroup: ResourceModel = {
  type: LOG_GROUP,
  autoname: { property: "name", maxLength: 255 },
  notModelled: ["skipDestroy"],
  rules: [
    matches("name", /^[\w./#-]{1,512}$/, "1 to 512 letters, digits and _-/.#", GROUP_DOC),
    numberIn("retentionInDays", RETENTIONS, RETENTION_DOC),
    oneOf("logGroupClass", ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"], GROUP_DOC),
    isArn("kmsKeyId", GROUP_DOC),
  ],
  create(inputs, account) {
    const name = generatedName(inputs);
    if (account.get(LOG_GROUP, name)) {
      throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
    }
    const arn = account.arn("logs", `log-group:${name}`, text(inputs, "region"));
    checkKey(inputs, arn, account);
    return {
      id: name,
      outputs: {
        arn,
        deletionProtectionEnabled: flag(inputs, "deletionProtectionEnabled") ?? false,
        logGroupClass: text(inputs, "logGroupClass") ?? "STANDARD",
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
      },
    };
  },
  update(current, inputs, account) {
    checkKey(inputs, text(current.outputs, "arn") ?? "", account);
    return {};
  },
  canDelete(current) {
    if (current.outputs["deletionProtectionEnabled"] !== true) return;
    throw new AwsError(
      "ValidationException",
      `Log group ${current.id} has deletion protection enabled; disable it before deleting the log group`,
    );
  },
};

export const service: ServiceModel = { resources: [logGroup], functions: [] };
