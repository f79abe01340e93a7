import { isObject, text } from "../../aws/services/fields.ts";
import { contextOf } from "../../aws/services/iam/conditions.ts";
import { roleByArn } from "../../aws/services/iam/references.ts";
import { roleDecision } from "../../aws/services/iam/role-policies.ts";
import type { Account } from "../../aws/model.ts";
import type { Json, JsonObject } from "../../region/protocol.ts";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

/** Somebody the pooler lets through, and as whom it connects to the database. */
export interface User {
  readonly name: string;
  /** A secret. */
  readonly password: string;
}

/** A user, or why a secret gives none. */
export type Found = { readonly user: User } | { readonly problem: string };

/** What the current version of a secret says, as far as the pooler's role may read it. */
export function userOf(secretArn: string, roleArn: string, account: Account): Found {
  const denied = refusal(secretArn, roleArn, account);
  if (denied !== undefined) return { problem: denied };
  // The newest version has the stage AWSCURRENT.
  const version = account
    .all(VERSION)
    .filter(({ outputs }) => outputs["arn"] === secretArn || outputs["secretId"] === secretArn)
    .at(-1);
  const value = version === undefined ? undefined : parse(text(version.outputs, "secretString"));
  const name = value && text(value, "username");
  const password = value && text(value, "password");
  if (name === undefined || password === undefined) {
    return { problem: `the secret ${secretArn} has no version with {"username":…,"password":…}` };
  }
  return { user: { name, password } };
}

function parse(value: string | undefined): JsonObject | undefined {
  try {
    const parsed = JSON.parse(value ?? "") as Json;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Why the role may not read the secret; undefined when it may. What its policies make depend on a condition it may not. */
function refusal(secretArn: string, roleArn: string, account: Account): string | undefined {
  const role = roleByArn(account, roleArn);
  const context = contextOf({ "kms:viaservice": `secretsmanager.${account.region}.amazonaws.com` });
  const may = (action: string, resource: string): boolean =>
    role !== undefined &&
    roleDecision(account, role, { principals: [], action, resource, context }) === "allow";
  if (!may("secretsmanager:GetSecretValue", secretArn)) {
    return `${roleArn} may not secretsmanager:GetSecretValue ${secretArn}`;
  }
  const secret = account.get(SECRET, secretArn);
  const key = secret && text(secret.outputs, "kmsKeyId");
  if (key === undefined || may("kms:Decrypt", key)) return undefined;
  return `${roleArn} may not kms:Decrypt ${key}, the key of ${secretArn}`;
}
