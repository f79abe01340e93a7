import type { Context } from "../../aws/services/iam/conditions.ts";
import type { Decision, Unjudged } from "../../aws/services/iam/policy-decision.ts";

/** Something to do, and what to: `s3:PutObject` on an ARN, or on `*` where the action knows no resource. */
export interface Right {
  readonly action: string;
  readonly resource: string;
}

/** Who a set of credentials belongs to. */
export interface Identity {
  readonly secretAccessKey: string;
  /** Of the account's root, or of the session in which a role was assumed. */
  readonly arn: string;
  /** The names a resource's policy may call it by, e.g. `AWS:arn:aws:iam::000000000000:role/app`. */
  readonly principals: readonly string[];
  /** Context keys that go with it, `aws:principalarn` among them. */
  readonly context: Context;
  /** What its own policies say. */
  decide(right: Right, context: Context): Decision;
  /** Told what of the policies of resources and endpoints could not be judged for it. */
  readonly unjudged: Unjudged;
}
