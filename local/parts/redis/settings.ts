import { nodeMemory } from "../../aws/services/elasticache/engines.ts";
import { PARAMETERS } from "../../aws/services/elasticache/parameters.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { objects, text } from "../input.ts";

/** Redis settings by name, as `CONFIG SET` takes them. */
export type Settings = Readonly<Record<string, string>>;

/**
 * Emulation: a node may use a sixteenth of what its type has at AWS, and 256 MiB at most, so that several fit on one
 * machine. `reserved-memory-percent` is taken off as at AWS.
 */
const SCALE = 16;
const LARGEST = 256 * 1024 ** 2;
/** ElastiCache's own parameter, which Redis does not know. */
const RESERVED = "reserved-memory-percent";

/** Parameters given in a parameter group; AWS's `default.<family>` gives none. */
export function givenParameters(group: StoredResource | undefined): Settings {
  const given = group === undefined ? [] : objects(group.inputs, "parameters");
  return Object.fromEntries(given.map((each) => [text(each, "name") ?? "", text(each, "value") ?? ""]));
}

/** Every modelled parameter, given or by ElastiCache's default, and the memory of the node type. */
export function settingsOf(nodeType: string, given: Settings): Settings {
  const all = Object.entries(PARAMETERS).map(
    ([name, parameter]) => [name, given[name] ?? parameter.default] as const,
  );
  const { [RESERVED]: reserved = "0", ...settings } = Object.fromEntries(all);
  const whole = Math.min((nodeMemory(nodeType) ?? LARGEST) / SCALE, LARGEST);
  return { ...settings, maxmemory: String(Math.floor(whole * (1 - Number(reserved) / 100))) };
}

/** Parameters whose value in a running node is another than it should be, with that value. */
export function differing(wanted: Settings, actual: Settings): Settings {
  const entries = Object.keys(PARAMETERS).flatMap((name) => {
    const value = actual[name];
    if (value === undefined || same(name, value, wanted[name] ?? "")) return [];
    return [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Redis answers the flags of this one in an order of its own. */
function same(name: string, one: string, other: string): boolean {
  const sorted = (value: string): string => Array.from(value).sort().join("");
  return name === "notify-keyspace-events" ? sorted(one) === sorted(other) : one === other;
}
