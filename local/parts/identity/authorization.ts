import { AwsError } from "../../aws/model.ts";
import type { Account } from "../../aws/model.ts";
import { contextOf } from "../../aws/services/iam/conditions.ts";
import type { Context } from "../../aws/services/iam/conditions.ts";
import { decide } from "../../aws/services/iam/policy-decision.ts";
import type { Access, Decision, Unjudged } from "../../aws/services/iam/policy-decision.ts";
import type { Statement } from "../../aws/services/iam/statements.ts";
import type { Identity, Right } from "./identity.ts";

/** The VPC endpoint a request came in by. */
export interface Via {
  readonly endpointId: string;
  readonly vpcId: string;
  /** The endpoint's own policy. */
  readonly policy: readonly Statement[];
}

export interface RightRequest extends Right {
  readonly identity: Identity;
  /** Undefined: on loopback. */
  readonly via: Via | undefined;
  /** Policy of the resource; none: nobody but the identity's own policies speaks of it. */
  readonly resourcePolicy?: readonly Statement[];
  /** Keys of the service's own, in lower case, e.g. `s3:prefix`; null: the request carries none. */
  readonly keys?: Readonly<Record<string, string | null>>;
}

/**
 * Why AWS would not do it, as the end of its sentence; undefined when it may be done. Within one account the identity's
 * policies or the resource's must allow, none may deny, and the endpoint's must allow besides.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function denial(account: Account, request: RightRequest): string | undefined {
  const { identity, via, action, resource, resourcePolicy = [] } = request;
  const context = requestContext(account, request);
  const access: Access = { principals: identity.principals, action, resource, context };
  const own = identity.decide({ action, resource }, context);
  const unjudged =
    (whose: string): Unjudged =>
    (what) =>
      identity.unjudged(`${whose}: ${what}`);
  const ofResource = resourceDecision(account, resourcePolicy, access, unjudged(resource));
  const ofEndpoint = via === undefined ? "allow" : decide(via.policy, access, unjudged(via.endpointId));
  if (own === "deny") return "with an explicit deny in an identity-based policy";
  if (ofResource === "deny") return "with an explicit deny in a resource-based policy";
  if (ofEndpoint === "deny") return "with an explicit deny in a VPC endpoint policy";
  if (ofEndpoint === "none") return `because no VPC endpoint policy allows the ${action} action`;
  if (own === "allow" || ofResource === "allow") return undefined;
  return `because no identity-based policy allows the ${action} action`;
}

/** Throws AccessDenied in AWS's words; `quoted`: S3 puts the resource in quotes. */
export function authorize(account: Account, request: RightRequest, quoted = false): void {
  const why = denial(account, request);
  if (why === undefined) return;
  const { identity, action, resource } = request;
  const where = resource === "*" ? "" : ` on resource: ${quoted ? `"${resource}"` : resource}`;
  throw new AwsError(
    "AccessDenied",
    `User: ${identity.arn} is not authorized to perform: ${action}${where} ${why}`,
  );
}

/** A Deny of the whole account is one of each identity in it; an Allow to it leaves the choice to their own policies. */
function resourceDecision(
  account: Account,
  policy: readonly Statement[],
  access: Access,
  unjudged: Unjudged,
): Decision {
  const whole = [`AWS:arn:aws:iam::${account.id}:root`, `AWS:${account.id}`];
  const denies = policy.filter(({ allow }) => !allow);
  const denied = decide(denies, { ...access, principals: [...access.principals, ...whole] }, unjudged);
  return denied === "deny" ? denied : decide(policy, access, unjudged);
}

/** Every request counts as made with TLS: the address is on loopback, or inside the VPC, where it has it. */
function requestContext(account: Account, { identity, via, keys = {} }: RightRequest): Context {
  const place = contextOf(
    {
      "aws:requestedregion": account.region,
      "aws:securetransport": "true",
      "aws:viaawsservice": "false",
      ...(via === undefined ? {} : { "aws:sourcevpc": via.vpcId, "aws:sourcevpce": via.endpointId }),
    },
    (key) => ABSENT.includes(key),
  );
  return (key) => {
    if (key in keys) return keys[key];
    const found = place(key);
    return found === undefined ? identity.context(key) : found;
  };
}

/** Of requests on loopback, and of those that no service makes in somebody's name. */
const ABSENT = ["aws:sourcevpc", "aws:sourcevpce", "aws:sourcearn", "aws:sourceaccount", "aws:calledvia"];
