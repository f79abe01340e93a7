import type { Statement } from "./policy-document.ts";

/** Who asks for what. */
export interface Access {
  /** `Service:cloudfront.amazonaws.com` or `AWS:arn:aws:iam::…`. */
  readonly principal: string;
  /** e.g. `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  /** Context keys in lower case, e.g. `aws:sourcearn`. */
  readonly context: Readonly<Record<string, string>>;
}

/** `*` and `?` as IAM takes them; actions without regard to case. */
function like(pattern: string, value: string, flags = ""): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`).test(value);
}

/** An operator on a key that the request does not carry: `Not…` holds, everything else does not. */
function holds(operator: string, wanted: readonly string[], value: string | undefined): boolean {
  const negative = operator.includes("Not");
  if (value === undefined) return negative;
  const exact = operator.startsWith("String") && operator.endsWith("Equals");
  const met = wanted.some((each) =>
    operator === "Bool" ? each.toLowerCase() === value : exact ? each === value : like(each, value),
  );
  return met !== negative;
}

function applies(statement: Statement, { principal, action, resource, context }: Access): boolean {
  const who = statement.principals.some((each) => each === "AWS:*" || like(each, principal));
  return (
    who &&
    statement.actions.some((each) => like(each, action, "i")) &&
    statement.resources.some((each) => like(each, resource)) &&
    [...statement.conditions].every(([operator, keys]) =>
      [...keys].every(([key, wanted]) => holds(operator, wanted, context[key])),
    )
  );
}

/**
 * One Allow and no Deny, as IAM evaluates a resource's policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function admits(statements: readonly Statement[], access: Access): boolean {
  const found = statements.filter((statement) => applies(statement, access));
  return found.some(({ allow }) => allow) && found.every(({ allow }) => allow);
}

/** A Deny that names it: what the account's own identities are refused in spite of their rights. */
export function denies(statements: readonly Statement[], access: Access): boolean {
  return statements.some((statement) => !statement.allow && applies(statement, access));
}
