import type { Json, JsonObject } from "../../../region/protocol.ts";
import { AwsError } from "../../model.ts";
import { isObject } from "../fields.ts";
import { like } from "./conditions.ts";

function malformed(reason: string): AwsError {
  return new AwsError("MalformedPolicyDocument", reason);
}

function statements(document: JsonObject): readonly JsonObject[] {
  const value: Json | undefined = document["Statement"];
  const all = Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value];
  if (all.length === 0) throw malformed("Syntax errors in policy.");
  return all.map((statement) => {
    if (!isObject(statement)) throw malformed("Syntax errors in policy.");
    return statement;
  });
}

function has(statement: JsonObject, ...keys: readonly string[]): boolean {
  return keys.some((key) => statement[key] !== undefined);
}

function parse(policy: string): readonly JsonObject[] {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw malformed("Syntax errors in policy.");
  }
  if (!isObject(document as Json)) throw malformed("Syntax errors in policy.");
  const found = statements(document as JsonObject);
  for (const statement of found) {
    const effect = statement["Effect"];
    if (effect !== "Allow" && effect !== "Deny") throw malformed("Policy statement must contain Effect.");
    if (!has(statement, "Action", "NotAction")) throw malformed("Policy statement must contain actions.");
  }
  return found;
}

/**
 * Who may assume a role: a principal and no resource.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
export function checkTrustPolicy(policy: string): void {
  for (const statement of parse(policy)) {
    if (has(statement, "Resource", "NotResource")) throw malformed("Has prohibited field Resource");
    if (!has(statement, "Principal", "NotPrincipal"))
      throw malformed("AssumeRole policy must contain a principal.");
  }
}

/**
 * What an identity may do: resources and no principal.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export function checkIdentityPolicy(policy: string): void {
  for (const statement of parse(policy)) {
    if (has(statement, "Principal", "NotPrincipal"))
      throw malformed("Policy document should not specify a principal.");
    if (!has(statement, "Resource", "NotResource"))
      throw malformed("Policy statement must contain resources.");
  }
}

/** Who may do what with a resource: a principal. */
export function checkResourcePolicy(policy: string): readonly JsonObject[] {
  const found = parse(policy);
  for (const statement of found) {
    if (!has(statement, "Principal", "NotPrincipal"))
      throw malformed("Policy statement must contain a principal.");
  }
  return found;
}

/** Whether a statement allows an action by name or by wildcard. */
export function allows(statement: JsonObject, action: string): boolean {
  if (statement["Effect"] !== "Allow") return false;
  const value = statement["Action"];
  const actions = Array.isArray(value) ? (value as readonly Json[]) : [value ?? null];
  return actions.some((pattern) => typeof pattern === "string" && like(pattern, action, "i"));
}
