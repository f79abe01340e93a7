import type { Failure } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { formatPath } from "../provider/property-path.ts";
import { AUTONAMED } from "./identity.ts";
import { objectAt } from "./json.ts";

const FLAG = { valid: (value: string): boolean => /^(true|false)$/.test(value), wanted: '"true" or "false"' };

/** The official provider's annotations that are modelled, and what they may say. */
const MODELLED: Readonly<Record<string, { valid: (value: string) => boolean; wanted: string }>> = {
  [AUTONAMED]: FLAG,
  "pulumi.com/skipAwait": FLAG,
  "pulumi.com/patchForce": FLAG,
  "pulumi.com/replaceUnready": FLAG,
  "pulumi.com/timeoutSeconds": {
    valid: (value) => /^[1-9]\d*$/.test(value),
    wanted: "a whole number of seconds above 0",
  },
  "pulumi.com/deletionPropagationPolicy": {
    valid: (value) => /^(foreground|background|orphan)$/i.test(value),
    wanted: "foreground, background or orphan",
  },
};

/** `pulumi.com/…` annotations that would be passed over in silence, or that say what they cannot. */
export function checkAnnotations(inputs: JsonObject): readonly Failure[] {
  return Object.entries(objectAt(inputs, "metadata", "annotations")).flatMap(([name, value]): Failure[] => {
    const property = formatPath(["metadata", "annotations", name]);
    const rule = MODELLED[name];
    if (!name.startsWith("pulumi.com/") || (typeof value === "string" && rule?.valid(value) === true)) {
      return [];
    }
    return [
      {
        property,
        reason:
          rule === undefined
            ? `is not modelled by the Kubernetes stand-in: it models ${Object.keys(MODELLED).join(", ")}`
            : `is ${JSON.stringify(value)}: write ${rule.wanted}`,
      },
    ];
  });
}
