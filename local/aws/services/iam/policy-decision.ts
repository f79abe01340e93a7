import { conditionsHold, like } from "./conditions.ts";
import type { Context } from "./conditions.ts";
import type { Patterns, Statement } from "./statements.ts";

/** Who asks for what. */
export interface Access {
  /** The names a resource's policy may call the asker by: `Service:cloudfront.amazonaws.com`, `AWS:arn:aws:iam::…`. */
  readonly principals: readonly string[];
  /** e.g. `s3:GetObject`. */
  readonly action: string;
  /** ARN of what it is done to, or `*` for actions that know no resource. */
  readonly resource: string;
  readonly context: Context;
}

/** Told what could not be judged, for the log: a sentence, no secret in it. */
export type Unjudged = (what: string) => void;

/** Of policies taken together; `none` is the default: no statement speaks of it. */
export type Decision = "allow" | "deny" | "none";

/**
 * One Allow and no Deny. A statement of which nobody here can say whether it applies (`conditionsHold`, or a policy
 * variable) does not allow, and does deny; `unjudged` is told of it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(
  statements: readonly Statement[],
  access: Access,
  unjudged: Unjudged = () => undefined,
): Decision {
  let decision: Decision = "none";
  for (const statement of statements) {
    const found = applies(statement, access);
    if (found === undefined) unjudged(doubt(statement));
    if (found ?? !statement.allow) {
      if (!statement.allow) return "deny";
      decision = "allow";
    }
  }
  return decision;
}

/** Undefined: it may, as far as can be said here. */
function applies(statement: Statement, access: Access): boolean | undefined {
  const { principals, actions, resources, conditions } = statement;
  if (principals !== undefined && !principals.some((each) => names(each, access.principals))) return false;
  const verdicts = [
    selected(actions, access.action, "i"),
    selected(resources, access.resource),
    conditionsHold(conditions, access.context),
  ];
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

function names(principal: string, asker: readonly string[]): boolean {
  return principal === "AWS:*" || asker.includes(principal);
}

function selected({ names: patterns, except }: Patterns, value: string, flags?: string): boolean | undefined {
  if (patterns.some((pattern) => !pattern.includes("${") && like(pattern, value, flags))) return !except;
  return patterns.some((pattern) => pattern.includes("${")) ? undefined : except;
}

function doubt({ allow, actions, conditions }: Statement): string {
  const keys = [...conditions].flatMap(([operator, each]) =>
    [...each.keys()].map((key) => `${operator} ${key}`),
  );
  const effect = allow ? "an Allow is left out" : "a Deny is taken to apply";
  return `${effect}, because the stand-in cannot judge it: ${actions.names.join(", ")} (${keys.join(", ") || "a policy variable"})`;
}
