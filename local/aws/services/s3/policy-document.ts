import type { Json, JsonObject } from "../../../region/protocol.ts";
import { AwsError } from "../../model.ts";
import { isObject } from "../fields.ts";
import { conditionsOf, listed, principalsOf } from "../iam/statements.ts";
import type { Statement } from "../iam/statements.ts";

/** Operators the stand-in can judge; `…IfExists` and the set operators are nobody's here. */
const OPERATORS = [
  "StringEquals",
  "StringNotEquals",
  "StringLike",
  "StringNotLike",
  "ArnEquals",
  "ArnLike",
  "ArnNotEquals",
  "ArnNotLike",
  "Bool",
];

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicy", message);
}

function principals(value: Json | undefined): readonly string[] {
  if (value !== "*" && !isObject(value)) throw malformed("Missing required field Principal");
  return principalsOf(value);
}

function conditions(value: Json | undefined): Statement["conditions"] {
  if (value !== undefined && !isObject(value)) throw malformed("Condition must be a block");
  const unknown = Object.keys(value ?? {}).find((operator) => !OPERATORS.includes(operator));
  if (unknown !== undefined) {
    throw malformed(`the condition operator ${unknown} is not modelled by the stand-in for AWS`);
  }
  return conditionsOf(value);
}

function statement(value: JsonObject, bucketArn: string): Statement {
  for (const key of ["NotPrincipal", "NotAction", "NotResource"]) {
    if (value[key] !== undefined) throw malformed(`${key} is not modelled by the stand-in for AWS`);
  }
  if (value["Effect"] !== "Allow" && value["Effect"] !== "Deny") throw malformed("Invalid effect");
  const actions = listed(value["Action"]);
  if (actions.length === 0 || actions.some((action) => !/^(s3:.+|\*)$/.test(action))) {
    throw malformed("Policy has invalid action");
  }
  const resources = listed(value["Resource"]);
  const own = (resource: string): boolean => resource === bucketArn || resource.startsWith(`${bucketArn}/`);
  if (resources.length === 0 || !resources.every(own)) throw malformed("Policy has invalid resource");
  return {
    allow: value["Effect"] === "Allow",
    principals: principals(value["Principal"]),
    actions: { names: actions, except: false },
    resources: { names: resources, except: false },
    conditions: conditions(value["Condition"]),
  };
}

/** The statements of a bucket's policy; S3's own error for what it would refuse. */
export function parseBucketPolicy(policy: string, bucket: string): readonly Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
  const all = isObject(document as Json) ? (document as JsonObject)["Statement"] : undefined;
  const statements = isObject(all)
    ? [all]
    : Array.isArray(all)
      ? (all as readonly Json[]).filter(isObject)
      : [];
  if (statements.length === 0) throw malformed("Missing required field Statement");
  return statements.map((each) => statement(each, `arn:aws:s3:::${bucket}`));
}

/** Open to anyone: what a bucket's public access block refuses. A condition on who asks makes it private. */
export function isPublic(statements: readonly Statement[]): boolean {
  const named = [...["aws:sourcearn", "aws:sourceaccount", "aws:principalorgid", "aws:principalarn"]];
  return statements.some(
    ({ allow, principals: who, conditions: when }) =>
      allow &&
      who?.includes("AWS:*") === true &&
      ![...when.values()].some((keys) => [...keys.keys()].some((key) => named.includes(key))),
  );
}
