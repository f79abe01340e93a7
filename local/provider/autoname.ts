import { createHash } from "node:crypto";
import type { Call, Value } from "./provider.ts";

const SUFFIX_LENGTH = 7;

export interface AutonameOptions {
  /** The service's longest name, in characters; the resource's name is cut to make room for the suffix. */
  readonly maxLength?: number;
  /** Between name and suffix; default `-`. */
  readonly separator?: string;
  /** Turns the resource's name into what the service allows, e.g. to lower case; default unchanged. */
  readonly transform?: (name: string) => string;
}

/**
 * The name of a resource whose program gave none: its own name, a dash and seven hex digits from the engine's seed,
 * as the official providers do, so that a replacement can exist beside the old one. `old`, the name in the state,
 * is kept: a name once made never changes. Only Check has the seed.
 */
export function autoname(call: Call, old: Value | undefined, options: AutonameOptions = {}): string {
  if (typeof old === "string" && old !== "") {
    return old;
  }
  if (call.randomSeed.length === 0) {
    throw new Error(`no name can be made for ${call.urn}: the engine gave no random seed`);
  }
  const suffix =
    (options.separator ?? "-") +
    createHash("sha256").update(call.randomSeed).digest("hex").slice(0, SUFFIX_LENGTH);
  const name = options.transform?.(call.name) ?? call.name;
  const room = (options.maxLength ?? Infinity) - suffix.length;
  return name.slice(0, Math.max(room, 0)) + suffix;
}
