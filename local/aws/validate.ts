import type { Failure, Values } from "../provider/provider.ts";
import { UNKNOWN } from "../provider/provider.ts";
import type { PropertyFacts, TypeFacts } from "./facts.ts";
import type { Members } from "./shapes.ts";
import { checkShape, unknownProperty } from "./validate-shape.ts";

/** What was given but is null was not given: the engine sends both. */
export function withoutNulls(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Names, types and required properties, from the SDK's declarations. */
export function checkDeclared(inputs: Values, members: Members, facts: TypeFacts | undefined): Failure[] {
  const failures: Failure[] = [];
  for (const [key, value] of Object.entries(inputs)) {
    const member = members[key];
    const known = facts?.properties[key];
    if (member !== undefined)
      failures.push(...checkShape(value, member.shape, [key], known?.secret ?? false));
    else if (known?.in === "none") failures.push({ property: key, reason: "is an output: it cannot be set" });
    else failures.push(unknownProperty(key, key, Object.keys(members)));
  }
  for (const [key, member] of Object.entries(members)) {
    if (member.required && inputs[key] === undefined) {
      failures.push({ property: key, reason: "is required; it was not given" });
    }
  }
  return failures;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

function checkRelations(key: string, facts: PropertyFacts, inputs: Values): Failure[] {
  const given = (name: string): boolean => inputs[name] !== undefined;
  const certain = (name: string): boolean => given(name) && inputs[name] !== UNKNOWN;
  const failures: Failure[] = [];
  if (given(key)) {
    const against = (facts.conflictsWith ?? []).filter(certain);
    if (against.length > 0) {
      failures.push({ property: key, reason: `conflicts with ${quoted(against)}; give one of them` });
    }
    const missing = (facts.requiredWith ?? []).filter((name) => !given(name));
    if (missing.length > 0) failures.push({ property: key, reason: `needs ${quoted(missing)} too` });
  }
  // A group names itself in each of its members: the first one speaks for all.
  const one = facts.exactlyOneOf;
  if (one?.[0] === key) {
    const all = one.filter(given);
    if (all.length === 0)
      failures.push({ property: key, reason: `exactly one of ${quoted(one)} must be given` });
    if (one.filter(certain).length > 1) {
      failures.push({ property: key, reason: `only one of ${quoted(one)} may be given, got ${quoted(all)}` });
    }
  }
  const some = facts.atLeastOneOf;
  if (some?.[0] === key && !some.some(given)) {
    failures.push({ property: key, reason: `one of ${quoted(some)} must be given` });
  }
  return failures;
}

/** Exclusive and required-together properties and list lengths, from the facts table. Call it before defaults are filled. */
export function checkFacts(inputs: Values, facts: TypeFacts): Failure[] {
  return Object.entries(facts.properties).flatMap(([key, property]) => {
    const failures = checkRelations(key, property, inputs);
    const value = inputs[key];
    if (property.maxItems !== undefined && Array.isArray(value) && value.length > property.maxItems) {
      failures.push({
        property: key,
        reason: `takes at most ${property.maxItems} items, got ${value.length}`,
      });
    }
    return failures;
  });
}
