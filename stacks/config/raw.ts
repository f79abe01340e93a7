import type { z } from "zod";
import type { Problem } from "./problem.ts";

/** Config as Pulumi hands it over: `namespace:key` → plain text, or JSON for structured values. */
export type RawConfig = Readonly<Record<string, string>>;

/** A file's `config` as Pulumi hands it over: text as it is, all else as JSON. */
export function rawOf(document: Readonly<Record<string, unknown>>): RawConfig {
  const entries = Object.entries(document);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** All keys of one namespace as one document, still unchecked. */
export function namespaceOf(raw: RawConfig, namespace: string): Record<string, unknown> {
  const prefix = `${namespace}:`;
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), decode(value)]),
  );
}

function decode(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

export type Checked<Value> =
  | { readonly value: Value; readonly problems: readonly [] }
  | { readonly value?: undefined; readonly problems: readonly Problem[] };

/** Checks one namespace's document; problems carry the key as the config file has it. */
export function check<Value>(namespace: string, schema: z.ZodType<Value>, document: unknown): Checked<Value> {
  const result = schema.safeParse(document);
  if (result.success) return { value: result.data, problems: [] };
  return { problems: result.error.issues.flatMap((issue) => toProblems(namespace, issue, document)) };
}

/** One problem an issue, but one a key for unknown keys. */
function toProblems(namespace: string, issue: z.core.$ZodIssue, document: unknown): Problem[] {
  const paths =
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => ({
    key: keyOf(namespace, path),
    value: valueAt(document, path),
    instead: issue.message,
  }));
}

/** `twinstack:network.zones[1]` */
function keyOf(namespace: string, path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return `${namespace}:${steps.slice(1)}`;
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    document,
  );
}
