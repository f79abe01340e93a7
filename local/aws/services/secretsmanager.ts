import { randomBytes, randomUUID } from "node:crypto";

import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import type { Account, FunctionModel, ResourceModel, Rule, ServiceModel } from "../model.ts";
import { AwsError } from "../model.ts";
import { text, texts } from "./fields.ts";
import { findKey } from "./kms.ts";
import { generatedName } from "./names.ts";
import { isJson, longest, matches } from "./rules.ts";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

const CREATE_DOC = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html";
const DELETE_DOC = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html";
const PUT_DOC = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html";

const recoveryWindow: Rule = {
  source: DELETE_DOC,
  check(inputs) {
    const days = inputs["recoveryWindowInDays"];
    if (typeof days !== "number" || days === 0 || (days >= 7 && days <= 30)) return [];
    return [{ property: "recoveryWindowInDays", reason: `must be 0 or between 7 and 30, got ${days}` }];
  },
};

function checkKey(inputs: JsonObject, account: Account): void {
  const key = text(inputs, "kmsKeyId");
  if (key === undefined || key.includes("alias/") || findKey(account, key)) return;
  throw new AwsError("InvalidParameterException", `The KMS key ${key} does not exist or is disabled`);
}

const secret: ResourceModel = {
  type: SECRET,
  documents: { policy: "policy" },
  autoname: { property: "name", maxLength: 255 },
  notModelled: ["replicas", "forceOverwriteReplicaSecret", "type"],
  rules: [
    matches("name", /^[\w/+=.@-]{1,512}$/, "1 to 512 letters, digits and /_+=.@-", CREATE_DOC),
    longest("description", 2048, CREATE_DOC),
    isJson(
      "policy",
      "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html",
    ),
    recoveryWindow,
  ],
  create(inputs, account) {
    const name = generatedName(inputs);
    if (account.all(SECRET).some((other) => other.outputs["name"] === name)) {
      throw new AwsError(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    checkKey(inputs, account);
    const suffix = randomBytes(6).toString("base64").replace(/[+/]/g, "x").slice(0, 6);
    const arn = account.arn("secretsmanager", `secret:${name}-${suffix}`, text(inputs, "region"));
    return {
      id: arn,
      outputs: {
        arn,
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
        policy: text(inputs, "policy") ?? "",
      },
    };
  },
  update(_current, inputs, account) {
    checkKey(inputs, account);
    return {};
  },
};

function requireSecret(account: Account, idOrName: string): StoredResource {
  const found = account
    .all(SECRET)
    .find(({ id, outputs }) => id === idOrName || outputs["name"] === idOrName);
  if (found) return found;
  throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

const hasValue: Rule = {
  source: PUT_DOC,
  check: (inputs) =>
    inputs["secretString"] === undefined && inputs["secretBinary"] === undefined
      ? [{ property: "secretString", reason: "one of secretString and secretBinary must be given" }]
      : [],
};

const size: Rule = {
  source: PUT_DOC,
  check: (inputs) => {
    const value = inputs["secretString"];
    const bytes = typeof value === "string" ? Buffer.byteLength(value) : 0;
    return bytes > 65536
      ? [{ property: "secretString", reason: `must be at most 65536 bytes, got ${bytes}` }]
      : [];
  },
};

/** AWSCURRENT belongs to one version: the newest takes it from the one before. */
const secretVersion: ResourceModel = {
  type: VERSION,
  notModelled: ["secretStringWo", "secretStringWoVersion"],
  rules: [hasValue, size],
  create(inputs, account) {
    const arn = requireSecret(account, text(inputs, "secretId") ?? "").id;
    const versionId = randomUUID();
    const stages = texts(inputs, "versionStages");
    return {
      id: `${arn}|${versionId}`,
      outputs: {
        arn,
        hasSecretStringWo: false,
        secretArn: arn,
        versionId,
        versionStages: stages.length > 0 ? [...stages] : ["AWSCURRENT"],
      },
    };
  },
};

/** The version that has the stage; of several the newest, for it took the stage from the ones before. */
function versionOf(account: Account, secretArn: string, args: JsonObject): StoredResource {
  const versionId = text(args, "versionId");
  const stage = text(args, "versionStage") ?? "AWSCURRENT";
  const versions = account.all(VERSION).filter(({ outputs }) => outputs["secretArn"] === secretArn);
  const found = versions
    .filter(({ outputs }) =>
      versionId === undefined
        ? texts(outputs, "versionStages").includes(stage)
        : outputs["versionId"] === versionId,
    )
    .at(-1);
  if (found) return found;
  const sought = versionId === undefined ? `staging label: ${stage}` : `VersionId: ${versionId}`;
  // The service's own words.
  throw new AwsError(
    "ResourceNotFoundException",
    `Secrets Manager can't find the specified secret value for ${sought}`,
  );
}

/**
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html, for whoever may read the secret; here that is everyone who may ask the region. The time of a
 * version is not recorded, so `createdDate` is missing.
 */
const getSecretVersion: FunctionModel = {
  token: "aws:secretsmanager/getSecretVersion:getSecretVersion",
  secrets: ["secretBinary", "secretString"],
  invoke(args, account) {
    const { id: arn } = requireSecret(account, text(args, "secretId") ?? "");
    const { inputs, outputs } = versionOf(account, arn, args);
    const versionId = text(outputs, "versionId") ?? "";
    return {
      id: `${arn}|${text(args, "versionId") ?? text(args, "versionStage") ?? "AWSCURRENT"}`,
      arn,
      region: text(args, "region") ?? account.region,
      secretId: text(args, "secretId") ?? "",
      secretBinary: text(inputs, "secretBinary") ?? "",
      secretString: text(inputs, "secretString") ?? "",
      versionId,
      versionStages: [...texts(outputs, "versionStages")],
    };
  },
};

export const service: ServiceModel = { resources: [secret, secretVersion], functions: [getSecretVersion] };
