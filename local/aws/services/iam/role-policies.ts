import type { StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { objects, text, texts } from "../fields.ts";
import { decide } from "./policy-decision.ts";
import type { Access, Decision, Unjudged } from "./policy-decision.ts";
import { POLICY, ROLE_POLICY, ROLE_POLICY_ATTACHMENT } from "./references.ts";
import { statementsOf } from "./statements.ts";
import type { Statement } from "./statements.ts";

/**
 * What a role may do: its own policies and those attached to it, within its permissions boundary. Of AWS's own policies
 * the stand-in knows the names alone: they allow nothing here, and `unjudged` is told.
 */
export function roleDecision(
  account: Account,
  role: StoredResource,
  access: Access,
  unjudged: Unjudged = () => undefined,
): Decision {
  const attached = account
    .all(ROLE_POLICY_ATTACHMENT)
    .filter(({ inputs }) => inputs["role"] === role.id)
    .map(({ inputs }) => text(inputs, "policyArn") ?? "");
  const own = account
    .all(ROLE_POLICY)
    .filter(({ inputs }) => inputs["role"] === role.id)
    .map(({ inputs }) => text(inputs, "policy") ?? "");
  const inline = objects(role.inputs, "inlinePolicies").flatMap((policy) => text(policy, "policy") ?? []);
  const statements = [
    ...[...own, ...inline].flatMap(statementsOf),
    ...[...new Set([...attached, ...texts(role.inputs, "managedPolicyArns")])].flatMap((arn) =>
      managed(account, arn, unjudged),
    ),
  ];
  const judge = (all: readonly Statement[]): Decision =>
    decide(all, access, (what) => unjudged(`${role.id}: ${what}`));
  const decision = judge(statements);
  const boundary = text(role.inputs, "permissionsBoundary");
  if (boundary === undefined || decision === "deny") return decision;
  const limit = judge(managed(account, boundary, unjudged));
  return limit === "allow" ? decision : limit;
}

function managed(account: Account, arn: string, unjudged: Unjudged): readonly Statement[] {
  const policy = account.get(POLICY, arn);
  if (policy !== undefined) return statementsOf(text(policy.inputs, "policy") ?? "{}");
  unjudged(`${arn}: the text of AWS's own policies is not known here: it allows nothing`);
  return [];
}
