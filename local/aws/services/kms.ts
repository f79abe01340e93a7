import { randomUUID } from "node:crypto";

import type { Json, JsonObject, StoredResource } from "../../region/protocol.ts";
import type { Account, ResourceModel, Rule, ServiceModel } from "../model.ts";
import { AwsError } from "../model.ts";
import { flag, number, text } from "./fields.ts";
import { allows, checkResourcePolicy } from "./iam/documents.ts";
import { generatedName } from "./names.ts";
import { between, isJson, longest, matches, oneOf } from "./rules.ts";

const KEY = "aws:kms/key:Key";
const ALIAS = "aws:kms/alias:Alias";
const KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy";

const KEY_DOC = "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html";
const DELETION_DOC = "https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html";
const ROTATION_DOC = "https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html";
const ALIAS_DOC = "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html";

/** The key by its id or ARN, undefined when there is none. */
export function findKey(account: Account, idOrArn: string): StoredResource | undefined {
  return account.get(KEY, idOrArn) ?? account.all(KEY).find((key) => key.outputs["arn"] === idOrArn);
}

function requireKey(account: Account, idOrArn: string): StoredResource {
  const key = findKey(account, idOrArn);
  if (key) return key;
  const arn = idOrArn.startsWith("arn:") ? idOrArn : account.arn("kms", `key/${idOrArn}`);
  throw new AwsError("NotFoundException", `Key '${arn}' does not exist`);
}

/** The policy in force on a key: one set apart from it, or its own. */
export function keyPolicyOf(account: Account, key: StoredResource): string {
  const apart = account.get(KEY_POLICY, key.id);
  return text(apart?.outputs ?? key.outputs, "policy") ?? "";
}

/** KMS refuses a policy after which nobody could change the policy again. */
function checkKeyPolicy(inputs: JsonObject): void {
  const policy = text(inputs, "policy");
  if (policy === undefined || policy === "") return;
  const statements = checkResourcePolicy(policy);
  if (flag(inputs, "bypassPolicyLockoutSafetyCheck") === true) return;
  if (!statements.some((statement) => allows(statement, "kms:PutKeyPolicy"))) {
    throw new AwsError(
      "MalformedPolicyDocumentException",
      "The new key policy will not allow you to update the key policy in the future.",
    );
  }
}

function rootPolicy(account: Account): string {
  const principal = { AWS: `arn:aws:iam::${account.id}:root` };
  const Statement = [
    {
      Action: "kms:*",
      Effect: "Allow",
      Principal: principal,
      Resource: "*",
      Sid: "Enable IAM User Permissions",
    },
  ];
  return JSON.stringify({ Id: "key-default-1", Statement, Version: "2012-10-17" });
}

/** The period is reported while rotation is on; a year unless asked for otherwise. */
function rotationOutputs(inputs: JsonObject): Record<string, Json> {
  if (flag(inputs, "enableKeyRotation") !== true) return {};
  return { rotationPeriodInDays: number(inputs, "rotationPeriodInDays") ?? 365 };
}

const rotation: Rule = {
  source: ROTATION_DOC,
  check: (inputs) =>
    inputs["enableKeyRotation"] === true &&
    inputs["customerMasterKeySpec"] !== undefined &&
    typeof inputs["customerMasterKeySpec"] === "string" &&
    inputs["customerMasterKeySpec"] !== "SYMMETRIC_DEFAULT"
      ? [
          {
            property: "enableKeyRotation",
            reason: "is only for symmetric keys (SYMMETRIC_DEFAULT); leave it out",
          },
        ]
      : [],
};

const key: ResourceModel = {
  type: KEY,
  documents: { policy: "policy" },
  defaults: { customerMasterKeySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT" },
  notModelled: ["customKeyStoreId", "xksKeyId"],
  rules: [
    oneOf("keyUsage", ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"], KEY_DOC),
    longest("description", 8192, KEY_DOC),
    between("deletionWindowInDays", 7, 30, DELETION_DOC),
    between("rotationPeriodInDays", 90, 2560, ROTATION_DOC),
    isJson("policy", KEY_DOC),
    rotation,
  ],
  create(inputs, account) {
    checkKeyPolicy(inputs);
    const id = randomUUID();
    return {
      id,
      outputs: {
        arn: account.arn("kms", `key/${id}`, text(inputs, "region")),
        description: text(inputs, "description") ?? "",
        keyId: id,
        multiRegion: flag(inputs, "multiRegion") ?? false,
        policy: text(inputs, "policy") ?? rootPolicy(account),
        ...rotationOutputs(inputs),
      },
    };
  },
  update(_current, inputs) {
    checkKeyPolicy(inputs);
    return rotationOutputs(inputs);
  },
};

const alias: ResourceModel = {
  type: ALIAS,
  autoname: { property: "name", maxLength: 238, prefix: "alias/" },
  rules: [
    matches(
      "name",
      /^alias\/[\w/-]{1,250}$/,
      'a name such as "alias/data" of letters, digits and /_-',
      ALIAS_DOC,
    ),
    matches("name", /^(?!alias\/aws\/)/, 'a name that does not begin with "alias/aws/"', ALIAS_DOC),
  ],
  create(inputs, account) {
    const target = requireKey(account, text(inputs, "targetKeyId") ?? "");
    const name = generatedName(inputs);
    const arn = account.arn("kms", name, text(inputs, "region"));
    if (account.get(ALIAS, name)) {
      throw new AwsError("AlreadyExistsException", `An alias with the name ${arn} already exists`);
    }
    const targetKeyArn = text(target.outputs, "arn") ?? "";
    return { id: name, outputs: { arn, name, namePrefix: text(inputs, "namePrefix") ?? "", targetKeyArn } };
  },
  update(_current, inputs, account) {
    const target = requireKey(account, text(inputs, "targetKeyId") ?? "");
    return { targetKeyArn: text(target.outputs, "arn") ?? "" };
  },
};

const keyPolicy: ResourceModel = {
  type: KEY_POLICY,
  documents: { policy: "policy" },
  rules: [isJson("policy", "https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html")],
  create(inputs, account) {
    const target = requireKey(account, text(inputs, "keyId") ?? "");
    checkKeyPolicy(inputs);
    return { id: target.id, outputs: {} };
  },
  update(_current, inputs) {
    checkKeyPolicy(inputs);
    return {};
  },
};

export const service: ServiceModel = { resources: [key, alias, keyPolicy], functions: [] };
