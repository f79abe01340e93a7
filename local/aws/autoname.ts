import { createHash, randomBytes } from "node:crypto";

import type { ResourceModel } from "./model.ts";

type Autoname = NonNullable<ResourceModel["autoname"]>;

const SUFFIX = /-[0-9a-f]{7}$/;

function base(rule: Autoname, name: string): string {
  return `${rule.prefix ?? ""}${rule.lowercase === true ? name.toLowerCase() : name}`;
}

/** True when `value` is an autoname of the resource: the engine then expects it back unchanged. */
export function isAutoname(rule: Autoname, name: string, value: unknown): value is string {
  return typeof value === "string" && SUFFIX.test(value) && value.slice(0, -8) === base(rule, name);
}

/**
 * `<prefix><name>-<7 hex>`; the seed makes the preview's name the update's. Throws a RangeError when it would be
 * longer than the provider allows.
 */
export function autoname(rule: Autoname, name: string, seed: Uint8Array): string {
  const random = seed.length > 0 ? seed : randomBytes(32);
  const suffix = createHash("sha256").update(random).update(rule.property).digest("hex").slice(0, 7);
  const full = `${base(rule, name)}-${suffix}`;
  const longest = rule.maxLength + (rule.prefix?.length ?? 0);
  if (full.length > longest) {
    throw new RangeError(
      `"${name}" plus 8 random characters is longer than the maximum length of ${rule.maxLength}; ` +
        `give a shorter resource name or set ${rule.property}`,
    );
  }
  return full;
}
