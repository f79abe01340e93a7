import type { StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { MANAGED_POLICIES } from "./managed-policies.ts";

export const ROLE = "aws:iam/role:Role";
export const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
export const ROLE_POLICY_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
export const POLICY = "aws:iam/policy:Policy";

const MANAGED = "arn:aws:iam::aws:policy/";

export function requireRole(account: Account, name: string): StoredResource {
  const role = account.get(ROLE, name);
  if (!role) throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`);
  return role;
}

/** The role an ARN names; undefined when there is none. */
export function roleByArn(account: Account, arn: string): StoredResource | undefined {
  return account.all(ROLE).find((role) => role.outputs["arn"] === arn);
}

/** A policy of the account, or one of AWS's own that the stand-in knows. */
export function requirePolicy(account: Account, arn: string): void {
  if (arn.startsWith(MANAGED) ? MANAGED_POLICIES.has(arn.slice(MANAGED.length)) : account.get(POLICY, arn))
    return;
  throw new AwsError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`);
}

/** IAM is global: its ARNs have no region. */
export function iamArn(account: Account, kind: string, path: string | undefined, name: string): string {
  return account.arn("iam", `${kind}${path ?? "/"}${name}`, "");
}

/** `AROA` and 17 more letters and digits, as IAM numbers its entities. */
export function uniqueId(account: Account, prefix: string): string {
  return `${prefix}${account.newId("id").slice(3).toUpperCase()}`;
}
