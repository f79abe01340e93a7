import type { Value, Values } from "../provider/provider.ts";
import { Secret, UNKNOWN } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import type { Modelled } from "./check.ts";
import { staysWithout, type TypeFacts } from "./facts.ts";
import { isValues } from "./tags.ts";

/** Wraps what the real provider marks secret. */
export function withSecrets(values: Values, facts: TypeFacts): Values {
  const wrapped: Record<string, Value> = { ...values };
  for (const [key, property] of Object.entries(facts.properties)) {
    const value = values[key];
    if (property.secret === true && value !== undefined && value !== UNKNOWN && !(value instanceof Secret)) {
      wrapped[key] = new Secret(value);
    }
  }
  return wrapped;
}

/** Fills absent members of a given block with unknowns; `path` is below the block. */
function withUnknown(value: Value, [key, ...rest]: readonly string[]): Value {
  if (key === undefined || !isValues(value)) return value;
  const member = value[key];
  if (rest.length > 0) return member === undefined ? value : { ...value, [key]: withUnknown(member, rest) };
  return member === undefined ? { ...value, [key]: UNKNOWN } : value;
}

/** A preview's outputs: inputs as given, what the service fills in unknown. */
export function plannedOutputs(inputs: Values, { model, facts }: Modelled, region: string): Values {
  const planned: Record<string, Value> = {};
  const filled = model.computed ?? [];
  for (const [key, property] of Object.entries(facts.properties)) {
    const value = inputs[key];
    const inner = filled
      .map((path) => path.split("."))
      .filter(([head, ...rest]) => head === key && rest.length > 0);
    if (value !== undefined)
      planned[key] = inner.reduce((block, [, ...path]) => withUnknown(block, path), value);
    else if (key === "region") planned[key] = region;
    else if (property.computed === true || filled.includes(key)) planned[key] = UNKNOWN;
  }
  if (facts.properties["tagsAll"]) planned["tagsAll"] = inputs["tags"] ?? {};
  return withSecrets(planned, facts);
}

/** An update's outputs in a preview: what stays, the new inputs over it, less what is not asked for any more. */
export function updatedOutputs(oldOutputs: Values, news: Values, { model, facts }: Modelled): Values {
  const kept = Object.entries(oldOutputs).filter(([key]) => staysWithout(key, model, facts) || key in news);
  const updated: Record<string, Value> = { ...Object.fromEntries(kept), ...news };
  // What the service filled into a block that is still asked for is there after the update too.
  for (const path of model.computed ?? []) {
    const [head = "", ...rest] = path.split(".");
    const block: Value | undefined = updated[head];
    const old: Value | undefined = oldOutputs[head];
    const [key] = rest;
    if (rest.length !== 1 || key === undefined || !isValues(block) || !isValues(old)) continue;
    const before = old[key];
    if (block[key] === undefined && before !== undefined) updated[head] = { ...block, [key]: before };
  }
  if (facts.properties["tagsAll"]) updated["tagsAll"] = news["tags"] ?? {};
  return withSecrets(updated, facts);
}

/** The inputs of a stored resource as a program would write them: no outputs, no region that is the provider's own. */
export function storedInputs(
  stored: JsonObject,
  facts: TypeFacts,
  region: string,
  keepRegion: boolean,
): Values {
  const entries = Object.entries(stored).filter(([key, value]) => {
    if (value === null || facts.properties[key]?.in === "none") return false;
    return key !== "region" || keepRegion || value !== region;
  });
  return withSecrets(Object.fromEntries(entries), facts);
}
