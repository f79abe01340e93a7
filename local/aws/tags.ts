import type { Value, Values } from "../provider/provider.ts";
import { Secret } from "../provider/provider.ts";

/** A plain object of values: not null, a list, an unknown or a secret. */
export function isValues(value: Value | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/**
 * The provider's default tags under the resource's own. Nothing to tag leaves `tags` out, as the real provider does;
 * `tags` that is itself unknown stays unknown.
 */
export function withDefaultTags(inputs: Values, defaults: Readonly<Record<string, string>>): Values {
  const own = inputs["tags"] ?? {};
  if (!isValues(own)) return inputs;
  const tags = { ...defaults, ...own };
  if (Object.keys(tags).length > 0) return { ...inputs, tags };
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "tags"));
}
