/** Typed reads of JSON fields: a field of another type reads as absent (its type was checked before). */
import type { Json, JsonObject } from "../../region/protocol.ts";

export function text(values: JsonObject, key: string): string | undefined {
  const value = values[key];
  return typeof value === "string" ? value : undefined;
}

export function number(values: JsonObject, key: string): number | undefined {
  const value = values[key];
  return typeof value === "number" ? value : undefined;
}

export function flag(values: JsonObject, key: string): boolean | undefined {
  const value = values[key];
  return typeof value === "boolean" ? value : undefined;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function object(values: JsonObject, key: string): JsonObject | undefined {
  const value = values[key];
  return isObject(value) ? value : undefined;
}

export function texts(values: JsonObject, key: string): readonly string[] {
  const value = values[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

export function objects(values: JsonObject, key: string): readonly JsonObject[] {
  const value = values[key];
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}
