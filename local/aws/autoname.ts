import { createHash, randomBytes } from "node:crypto";

import { configuredName, NameRefused } from "../provider/autonaming.ts";
import type { Call, Values } from "../provider/provider.ts";
import type { ResourceModel } from "./model.ts";

type Autoname = NonNullable<ResourceModel["autoname"]>;

/** Of random hex digits. */
const SUFFIX_LENGTH = 7;

/**
 * The input in which the official provider lists the properties that it filled itself. Here it lists the made name:
 * after `pulumi:autonaming`, or under another resource name (`aliases`), nothing else tells it from a given one. It is
 * in the state alone, never in the region.
 */
const DEFAULTS = "__defaults";

/** Inputs as a program writes them and a service takes them: without the list of what was filled in. */
export function withoutDefaults({ [DEFAULTS]: _, ...inputs }: Values): Values {
  return inputs;
}

/** What was read, with the old inputs' list while the name that it speaks of is still the same. */
export function withDefaultsOf(oldInputs: Values, read: Values): Values {
  const defaults = oldInputs[DEFAULTS];
  if (!Array.isArray(defaults)) return read;
  const kept = (defaults as readonly string[]).every((key) => read[key] === oldInputs[key]);
  return kept ? { ...read, [DEFAULTS]: defaults } : read;
}

/** What comes before the random digits. */
function stem(rule: Autoname, name: string): string {
  return `${rule.prefix ?? ""}${rule.lowercase === true ? name.toLowerCase() : name}${rule.separator ?? "-"}`;
}

/** True when the inputs bear a made name. States from before the list was kept show it by its shape alone. */
export function isAutonamed(rule: Autoname, name: string, inputs: Values): boolean {
  const value = inputs[rule.property];
  if (typeof value !== "string") return false;
  const defaults = inputs[DEFAULTS];
  if (Array.isArray(defaults) && defaults.includes(rule.property)) return true;
  return /[0-9a-f]{7}$/.test(value) && value.slice(0, -SUFFIX_LENGTH) === stem(rule, name);
}

/**
 * `<prefix><name><separator><7 hex>`; the seed makes the preview's name the update's. Throws NameRefused when it would
 * be longer than the provider allows.
 */
function unconfigured(rule: Autoname, name: string, seed: Uint8Array): string {
  const random = seed.length > 0 ? seed : randomBytes(32);
  const suffix = createHash("sha256")
    .update(random)
    .update(rule.property)
    .digest("hex")
    .slice(0, SUFFIX_LENGTH);
  const full = `${stem(rule, name)}${suffix}`;
  const longest = rule.maxLength + (rule.prefix?.length ?? 0);
  if (full.length > longest) {
    throw new NameRefused(
      `"${name}" plus ${(rule.separator ?? "-").length + SUFFIX_LENGTH} random characters is longer than the maximum length of ${rule.maxLength}; ` +
        `give a shorter resource name or set ${rule.property}`,
    );
  }
  return full;
}

/** A proposed name as the official provider adapts it: lower case, length and prefix, in this order. */
function adapted(rule: Autoname, proposed: string): string {
  const name = rule.lowercase === true ? proposed.toLowerCase() : proposed;
  if (name.length > rule.maxLength) {
    throw new NameRefused(
      `"${name}" from pulumi:autonaming is longer than the maximum length of ${rule.maxLength}; ` +
        `shorten the pattern or the resource name, or set ${rule.property}`,
    );
  }
  return rule.prefix === undefined || name.startsWith(rule.prefix) ? name : `${rule.prefix}${name}`;
}

/**
 * The inputs with a name for a resource whose program gave none: the old one where one was made, whatever
 * `pulumi:autonaming` says now, else one as that says, else `<prefix><name><separator><7 hex>`. Throws NameRefused, whose message
 * says what to write, where none can be made.
 */
export function withAutoname(rule: Autoname, call: Call, olds: Values | undefined, inputs: Values): Values {
  const { property } = rule;
  const kept = olds !== undefined && isAutonamed(rule, call.name, olds) ? olds[property] : undefined;
  return { ...inputs, [property]: kept ?? newName(rule, call), [DEFAULTS]: [property] };
}

function newName(rule: Autoname, { name, autonaming, randomSeed }: Call): string {
  return autonaming === undefined
    ? unconfigured(rule, name, randomSeed)
    : configuredName(autonaming, rule.property, (proposed) => adapted(rule, proposed));
}
