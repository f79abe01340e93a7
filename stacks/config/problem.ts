import * as pulumi from "@pulumi/pulumi";

/** One thing in the configuration that cannot be used. */
export interface Problem {
  /** Full key with its path, e.g. `twinstack:network.zones[1]`. */
  readonly key: string;
  /** What stands there; undefined: nothing does. */
  readonly value: unknown;
  /** What to write instead: completes the sentence "`key` is `value`: …". */
  readonly instead: string;
}

export function describe({ key, value, instead }: Problem): string {
  return value === undefined
    ? `${key} is missing: ${instead}`
    : `${key} is ${JSON.stringify(value)}: ${instead}`;
}

/** A RunError: Pulumi prints its message alone, without a stack trace. */
export function refusal(stack: string, file: string, problems: readonly Problem[]): pulumi.RunError {
  const lines = problems.map((problem) => `  ${describe(problem)}`);
  return new pulumi.RunError(
    [`The configuration of stack ${stack} cannot be used; nothing was changed. Edit ${file}:`, ...lines].join(
      "\n",
    ),
  );
}
