import type { Json, JsonObject } from "../../../region/protocol.ts";
import { isObject } from "../fields.ts";

/** Names with `*` and `?`; `except`: all but these (`NotAction`, `NotResource`). */
export interface Patterns {
  readonly names: readonly string[];
  readonly except: boolean;
}

/** One statement of a policy, every list a list. */
export interface Statement {
  readonly allow: boolean;
  /** `AWS:*`, `Service:cloudfront.amazonaws.com`, `AWS:arn:…`; undefined in the policy of an identity, which speaks of itself. */
  readonly principals?: readonly string[];
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: Conditions;
}

/** Operator → key in lower case → values. */
export type Conditions = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** A policy's text, an element of it as a list: one alone is written without brackets. */
export function listed(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.map(String) : typeof value === "boolean" ? [String(value)] : [];
}

/** `AWS:arn:…`, `Service:…`; empty when there is none. */
export function principalsOf(value: Json | undefined): readonly string[] {
  if (value === "*") return ["AWS:*"];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([kind, names]) => listed(names).map((name) => `${kind}:${name}`));
}

export function conditionsOf(value: Json | undefined): Conditions {
  return new Map(
    Object.entries(isObject(value) ? value : {}).map(([operator, keys]) => [
      operator,
      new Map(
        Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => [
          key.toLowerCase(),
          listed(values),
        ]),
      ),
    ]),
  );
}

/** Statements of a policy that was checked when it was written (documents.ts); what is none is left out. */
export function statementsOf(policy: string): readonly Statement[] {
  const document = JSON.parse(policy) as Json;
  const all = isObject(document) ? document["Statement"] : undefined;
  const statements = isObject(all) ? [all] : Array.isArray(all) ? (all as readonly Json[]) : [];
  return statements.filter(isObject).map(statement);
}

function statement(value: JsonObject): Statement {
  const who = value["Principal"];
  return {
    allow: value["Effect"] === "Allow",
    ...(who === undefined ? {} : { principals: principalsOf(who) }),
    actions: patterns(value, "Action"),
    resources: patterns(value, "Resource"),
    conditions: conditionsOf(value["Condition"]),
  };
}

/** A trust policy and most policies of resources name none: they speak of what they stand on. */
function patterns(value: JsonObject, element: "Action" | "Resource"): Patterns {
  const only = value[element];
  return only === undefined
    ? { names: listed(value[`Not${element}`]), except: true }
    : { names: listed(only), except: false };
}
