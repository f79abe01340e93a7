import { createHash } from "node:crypto";

import { object, objects, text } from "../../aws/services/fields.ts";
import type { Observation } from "../../region/part.ts";
import type { Json, JsonObject, StoredResource } from "../../region/protocol.ts";

/** Marked pieces of a configuration by their name, each name's pieces together; "" holds everything else. */
function pieces(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let name = "";
  for (const line of text.split("\n")) {
    const [, side, marked = ""] = /^\s*# ([<>]) (.*)$/.exec(line) ?? [];
    if (side === ">") name = marked;
    else if (side === "<") name = "";
    else found.set(name, `${found.get(name) ?? ""}${line}\n`);
  }
  return found;
}

/** What nginx says by hand has no words in CloudFront: the value names the edit, and tells two edits apart. */
function edited(text: string | undefined): string {
  const digest = createHash("sha256")
    .update(text ?? "")
    .digest("hex")
    .slice(0, 8);
  return `edited-in-nginx-${digest}`;
}

/**
 * Which inputs a configuration that was changed by hand no longer follows: a behaviour shows in its `cachePolicyId`,
 * everything outside the behaviours in `comment`.
 */
export function differences({ inputs }: StoredResource, found: string, written: string): Observation {
  if (found === written) return {};
  const [is, was] = [pieces(found), pieces(written)];
  const changed = (name: string): boolean => is.get(name) !== was.get(name);
  const observed: Record<string, Json> = {};
  const ordered = objects(inputs, "orderedCacheBehaviors");
  const patternOf = (behaviour: JsonObject): string => text(behaviour, "pathPattern") ?? "";
  if (ordered.some((behaviour) => changed(patternOf(behaviour)))) {
    observed["orderedCacheBehaviors"] = ordered.map((behaviour) => {
      const pattern = patternOf(behaviour);
      return changed(pattern) ? { ...behaviour, cachePolicyId: edited(is.get(pattern)) } : behaviour;
    });
  }
  if (changed("default")) {
    const byDefault = object(inputs, "defaultCacheBehavior");
    observed["defaultCacheBehavior"] = { ...byDefault, cachePolicyId: edited(is.get("default")) };
  }
  if (changed("")) observed["comment"] = edited(is.get(""));
  return { inputs: observed };
}
