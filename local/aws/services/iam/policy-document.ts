import { crc32 } from "node:zlib";

import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { FunctionModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { isObject, objects, text, texts } from "../fields.ts";

/** One value alone is written without a list; several in descending order, as the provider does. */
function oneOrMany(values: readonly string[]): Json | undefined {
  if (values.length === 0) return undefined;
  return values.length === 1 ? (values[0] ?? "") : [...values].sort().reverse();
}

/** `&{aws:username}` stands for IAM's own `${aws:username}`, which the program's language would expand. */
function variables(values: readonly string[]): readonly string[] {
  return values.map((value) => value.replaceAll("&{", "${"));
}

function principals(list: readonly JsonObject[]): Json | undefined {
  if (list.length === 0) return undefined;
  const all: Record<string, readonly string[]> = {};
  for (const principal of list) {
    const type = text(principal, "type") ?? "";
    const identifiers = variables(texts(principal, "identifiers"));
    if (type === "*" && identifiers.length === 1 && identifiers[0] === "*") return "*";
    all[type] = [...(all[type] ?? []), ...identifiers];
  }
  return Object.fromEntries(
    Object.entries(all).map(([type, identifiers]) => [type, oneOrMany(identifiers) ?? []]),
  );
}

function conditions(list: readonly JsonObject[]): Json | undefined {
  if (list.length === 0) return undefined;
  const all: Record<string, Record<string, Json>> = {};
  for (const condition of list) {
    const values = variables(texts(condition, "values"));
    const test = (all[text(condition, "test") ?? ""] ??= {});
    test[text(condition, "variable") ?? ""] = oneOrMany(values) ?? [];
  }
  return all;
}

function withoutUndefined(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}

function statement(args: JsonObject): JsonObject {
  return withoutUndefined({
    Sid: text(args, "sid") || undefined,
    Effect: text(args, "effect") ?? "Allow",
    Action: oneOrMany(texts(args, "actions")),
    NotAction: oneOrMany(texts(args, "notActions")),
    Resource: oneOrMany(variables(texts(args, "resources"))),
    NotResource: oneOrMany(variables(texts(args, "notResources"))),
    Principal: principals(objects(args, "principals")),
    NotPrincipal: principals(objects(args, "notPrincipals")),
    Condition: conditions(objects(args, "conditions")),
  });
}

function parsed(json: string): readonly JsonObject[] {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (error) {
    throw new AwsError(
      "InvalidParameter",
      `a policy document is no JSON: ${error instanceof Error ? error.message : ""}`,
    );
  }
  const value = isObject(document as Json) ? (document as JsonObject)["Statement"] : undefined;
  if (isObject(value)) return [value];
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}

/** Later statements take the place of earlier ones with the same Sid. */
function overridden(all: readonly JsonObject[], over: readonly JsonObject[]): readonly JsonObject[] {
  const merged = [...all];
  for (const next of over) {
    const index = merged.findIndex((earlier) => next["Sid"] !== undefined && earlier["Sid"] === next["Sid"]);
    if (index >= 0) merged[index] = next;
    else merged.push(next);
  }
  return merged;
}

function checkSids(all: readonly JsonObject[]): void {
  const seen = new Set<string>();
  for (const statement of all) {
    const sid = text(statement, "Sid") ?? "";
    if (seen.has(sid)) {
      throw new AwsError(
        "InvalidParameter",
        `duplicate Sid (${sid}). Remove the Sid or ensure the Sid is unique.`,
      );
    }
    if (sid !== "") seen.add(sid);
  }
}

function documents(args: JsonObject, single: string, many: string): readonly JsonObject[] {
  const one = text(args, single);
  return [...(one === undefined ? [] : [one]), ...texts(args, many)]
    .filter((json) => json !== "")
    .flatMap(parsed);
}

/** Renders statements as the provider does: member order, list order and white space included. */
export const getPolicyDocument: FunctionModel = {
  token: "aws:iam/getPolicyDocument:getPolicyDocument",
  invoke(args) {
    const own = objects(args, "statements").map(statement);
    checkSids(own);
    const base = documents(args, "sourceJson", "sourcePolicyDocuments");
    checkSids(base);
    const all = overridden(overridden(base, own), documents(args, "overrideJson", "overridePolicyDocuments"));
    const document = withoutUndefined({
      Version: text(args, "version") ?? "2012-10-17",
      Id: text(args, "policyId"),
      Statement: all.length > 0 ? all : undefined,
    });
    const json = JSON.stringify(document, undefined, 2);
    return { ...args, id: String(crc32(json)), json, minifiedJson: JSON.stringify(document) };
  },
};
