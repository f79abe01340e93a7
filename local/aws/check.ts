import { NameRefused, withNameOrigin } from "../provider/autonaming.ts";
import type { Call, Failure, Value, Values } from "../provider/provider.ts";
import { Secret, UNKNOWN } from "../provider/provider.ts";
import type { Json } from "../region/protocol.ts";
import { withAutoname, withoutDefaults } from "./autoname.ts";
import type { TypeFacts } from "./facts.ts";
import type { ResourceModel } from "./model.ts";
import type { Members } from "./shapes.ts";
import { placesAt } from "./nested.ts";
import { withDefaultTags } from "./tags.ts";
import { checkDeclared, checkFacts, withoutNulls } from "./validate.ts";

export interface Modelled {
  readonly model: ResourceModel;
  readonly facts: TypeFacts;
  readonly members: Members;
}

/** Fills the defaults the provider declares, unless something that excludes the property was given. */
function withDefaults(inputs: Values, { model, facts }: Modelled): Values {
  const filled: Record<string, Value> = { ...inputs };
  for (const [key, property] of Object.entries(facts.properties)) {
    const value = model.defaults?.[key] ?? property.default;
    if (property.in === "none" || inputs[key] !== undefined || value === undefined) continue;
    if ((property.conflictsWith ?? []).some((other) => inputs[other] !== undefined)) continue;
    filled[key] = value;
  }
  return filled;
}

function holdsUnknown(value: Value): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null || value instanceof Secret) return false;
  return Object.values(value).some((item) => holdsUnknown(item));
}

/** Policies written as objects become the text that is sent; one with an unknown in it is unknown as a whole. */
function withDocuments(inputs: Values, members: Members): Values {
  const entries = Object.entries(inputs).map(([key, value]): [string, Value] => {
    if (members[key]?.shape !== "document" || typeof value !== "object") return [key, value];
    return [key, holdsUnknown(value) ? UNKNOWN : JSON.stringify(value)];
  });
  return Object.fromEntries(entries);
}

/** The same inputs where they need no name. */
function named(call: Call, inputs: Values, olds: Values | undefined, { model, facts }: Modelled): Values {
  const rule = model.autoname;
  if (!rule || inputs[rule.property] !== undefined) return inputs;
  const against = facts.properties[rule.property]?.conflictsWith ?? [];
  if (against.some((other) => inputs[other] !== undefined)) return inputs;
  // The service named it when it was made, and it keeps that name.
  const byService = olds !== undefined && [rule.property, ...against].every((key) => olds[key] === undefined);
  return byService ? inputs : withAutoname(rule, call, olds, inputs);
}

/** Inputs the stand-in cannot act on are refused, so that nothing is accepted in silence. */
function checkModelled(inputs: Values, { model, facts }: Modelled): Failure[] {
  return (model.notModelled ?? []).flatMap((path) =>
    placesAt(inputs, path)
      .filter(({ value }) => ![undefined, false, facts.properties[path]?.default].includes(value as Json))
      .map(({ property }) => ({
        property,
        reason: `${path} of ${model.type} is not modelled by the stand-in for AWS; leave it out`,
      })),
  );
}

/** What the real provider and AWS would check before anything is made; the inputs come back with defaults and names. */
export function checkInputs(
  call: Call,
  olds: Values | undefined,
  news: Values,
  modelled: Modelled,
  defaultTags: Readonly<Record<string, string>>,
): { inputs: Values; failures: readonly Failure[] } {
  const given = withoutNulls(withoutDefaults(news));
  const failures = [
    ...checkDeclared(given, modelled.members, modelled.facts),
    ...checkFacts(given, modelled.facts),
    ...checkModelled(given, modelled),
  ];
  if (failures.length > 0) return { inputs: news, failures };
  let inputs = withDefaults(withDocuments(given, modelled.members), modelled);
  if ("tags" in modelled.members) inputs = withDefaultTags(inputs, defaultTags);
  const unnamed = inputs;
  const property = modelled.model.autoname?.property ?? "name";
  try {
    inputs = named(call, inputs, olds, modelled);
  } catch (error) {
    if (!(error instanceof NameRefused)) throw error;
    return { inputs: news, failures: [{ property, reason: error.message }] };
  }
  const broken = (modelled.model.rules ?? []).flatMap((rule) => rule.check(inputs));
  if (broken.length === 0) return { inputs, failures: [] };
  const configured = call.autonaming !== undefined && inputs !== unnamed;
  return { inputs: news, failures: configured ? withNameOrigin(broken, property) : broken };
}
