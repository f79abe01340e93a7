import type { Json, JsonObject } from "../region/protocol.ts";
import { AwsError } from "../aws/model.ts";

/** Readers of stored inputs. The provider's Check has typed them; numbers and booleans may still come as text. */

export function text(inputs: JsonObject, key: string): string | undefined {
  const value = inputs[key];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw invalid(`'${key}' must be text`);
}

export function requiredText(inputs: JsonObject, key: string): string {
  const value = text(inputs, key);
  if (value === undefined) throw invalid(`'${key}' must be given`);
  return value;
}

export function number(inputs: JsonObject, key: string, fallback: number): number {
  const value = text(inputs, key);
  if (value === undefined) return fallback;
  const parsed = Number(value);
  if (!Number.isFinite(parsed)) throw invalid(`'${key}' must be a number, not '${value}'`);
  return parsed;
}

export function flag(inputs: JsonObject, key: string): boolean | undefined {
  const value = text(inputs, key);
  return value === undefined ? undefined : value === "true" || value === "on";
}

export function object(inputs: JsonObject, key: string): JsonObject | undefined {
  const value = inputs[key];
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(`'${key}' must be a block`);
  return value;
}

export function objects(inputs: JsonObject, key: string): readonly JsonObject[] {
  return list(inputs, key).map((value) => {
    if (!isObject(value)) throw invalid(`'${key}' must be a list of blocks`);
    return value;
  });
}

export function texts(inputs: JsonObject, key: string): readonly string[] {
  return list(inputs, key).map((value) => {
    if (typeof value !== "string") throw invalid(`'${key}' must be a list of text`);
    return value;
  });
}

/** The error AWS answers for a bad parameter. */
export function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message);
}

function list(inputs: JsonObject, key: string): readonly Json[] {
  const value = inputs[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`'${key}' must be a list`);
  return value as readonly Json[];
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
