import type { Conditions } from "./statements.ts";

/**
 * What a request carries under a condition key (in lower case): a value, null where it carries none, undefined where the
 * stand-in does not know what AWS would carry.
 */
export type Context = (key: string) => string | null | undefined;

/** A context of these values and, for keys that `absent` knows to be missing, of nothing. */
export function contextOf(
  values: Readonly<Record<string, string>>,
  absent: (key: string) => boolean = () => false,
): Context {
  return (key) => values[key] ?? (absent(key) ? null : undefined);
}

/** `*` and `?` as IAM takes them. */
export function like(pattern: string, value: string, flags = ""): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`).test(value);
}

/** Each of the six parts of an ARN by itself: no `*` reaches past a colon but the last part's. */
function arnLike(pattern: string, value: string): boolean {
  const split = (arn: string): readonly string[] => {
    const parts = arn.split(":");
    return [...parts.slice(0, 5), parts.slice(5).join(":")];
  };
  const parts = split(value);
  return split(pattern).every((part, index) => like(part, parts[index] ?? ""));
}

type Comparison = (wanted: string, value: string) => boolean;

const same: Comparison = (wanted, value) => wanted === value;
const sameLetters: Comparison = (wanted, value) => wanted.toLowerCase() === value.toLowerCase();

/** Each but `Bool` has its negation, `StringNotEquals` to `StringEquals`. */
const OPERATORS: ReadonlyMap<string, Comparison> = new Map([
  ["StringEquals", same],
  ["StringEqualsIgnoreCase", sameLetters],
  ["StringLike", (wanted, value) => like(wanted, value)],
  ["ArnEquals", arnLike],
  ["ArnLike", arnLike],
  ["Bool", sameLetters],
]);

/**
 * Whether every condition holds; undefined when that cannot be said here: an operator, a key or a policy variable that
 * the stand-in does not know. A key that the request does not carry meets only `Not…` and `…IfExists`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function conditionsHold(conditions: Conditions, context: Context): boolean | undefined {
  const verdicts = [...conditions].flatMap(([operator, keys]) =>
    [...keys].map(([key, wanted]) => holds(operator, wanted, context(key))),
  );
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

function holds(
  operator: string,
  wanted: readonly string[],
  value: string | null | undefined,
): boolean | undefined {
  if (value === undefined) return undefined;
  if (operator === "Null") return wanted.includes(String(value === null));
  const plain = operator.replace(/IfExists$/, "");
  const compare = OPERATORS.get(plain.replace("Not", ""));
  if (compare === undefined || wanted.some((each) => each.includes("${"))) return undefined;
  const negative = plain.includes("Not");
  if (value === null) return negative || operator !== plain;
  return wanted.some((each) => compare(each, value)) !== negative;
}
