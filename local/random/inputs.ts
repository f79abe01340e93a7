import { UNKNOWN, type Failure, type Value, type Values } from "../provider/provider.ts";
import type { Input, RandomResource } from "./resource.ts";

/** Every bad input of a resource. What is not known yet in a preview is checked in the update. */
export function checkInputs(resource: RandomResource, inputs: Values): readonly Failure[] {
  const failures: Failure[] = [];
  for (const property of Object.keys(inputs)) {
    if (!Object.hasOwn(resource.inputs, property)) {
      const known = Object.keys(resource.inputs).join(", ");
      failures.push({ property, reason: `there is no such input; the inputs are ${known}` });
    }
  }
  for (const [property, input] of Object.entries(resource.inputs)) {
    const value = inputs[property] ?? undefined;
    if (value === undefined && input.required === true) {
      failures.push({ property, reason: "is required" });
    } else if (value !== undefined && value !== UNKNOWN) {
      const reason = mismatch(input, value);
      if (reason !== undefined) {
        failures.push({ property, reason });
      }
    }
  }
  return failures.length > 0 ? failures : (resource.validate?.(knownInputs(inputs)) ?? []);
}

/** The inputs with what an absent one means, for comparing and generating. */
export function effectiveInputs(resource: RandomResource, inputs: Values): Values {
  const effective: Record<string, Value> = {};
  for (const [property, input] of Object.entries(resource.inputs)) {
    const value = inputs[property] ?? input.default;
    if (value !== undefined) {
      effective[property] = value;
    }
  }
  return resource.normalize?.(effective) ?? effective;
}

/**
 * The inputs as they are compared: a map without values is an absent one, as in the official provider, which replaces
 * for `keepers` only where a value came, went or changed. Source: terraform-provider-random,
 * internal/planmodifiers/map (`RequiresReplaceIfValuesNotNull`).
 */
export function comparableInputs(resource: RandomResource, inputs: Values): Values {
  return Object.fromEntries(
    Object.entries(effectiveInputs(resource, inputs)).filter(
      ([property, value]) =>
        resource.inputs[property]?.kind !== "map" ||
        value === UNKNOWN ||
        Object.values(value as Values).some((item) => item !== null),
    ),
  );
}

function knownInputs(inputs: Values): Values {
  return Object.fromEntries(
    Object.entries(inputs).filter(([, value]) => value !== UNKNOWN && value !== null),
  );
}

function mismatch(input: Input, value: Value): string | undefined {
  const shown = JSON.stringify(value);
  switch (input.kind) {
    case "integer":
      if (!Number.isSafeInteger(value)) {
        return `is ${shown}: write a whole number`;
      }
      return input.least !== undefined && (value as number) < input.least
        ? `is ${shown}: write ${input.least} or more`
        : undefined;
    case "boolean":
      return typeof value === "boolean" ? undefined : `is ${shown}: write true or false`;
    case "string":
      return typeof value === "string" ? undefined : `is ${shown}: write a text`;
    case "strings":
      return Array.isArray(value) && value.every(isText) ? undefined : `is ${shown}: write a list of texts`;
    case "map":
      return typeof value === "object" &&
        !Array.isArray(value) &&
        Object.values(value as Values).every(isText)
        ? undefined
        : `is ${shown}: write a map of texts`;
  }
}

function isText(value: Value): boolean {
  return typeof value === "string" || value === UNKNOWN || value === null;
}
