/** Builders of rules. A value that is unknown in a preview, or absent, passes: the types were checked before. */
import type { Failure } from "../../provider/provider.ts";
import { tryParseCidr } from "../../cidr.ts";
import type { Rule } from "../model.ts";

/** The value at `a.b` of nested blocks. */
function at(inputs: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = inputs;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

function onText(property: string, source: string, reason: (value: string) => string | undefined): Rule {
  return {
    source,
    check(inputs): Failure[] {
      const value = at(inputs, property);
      const found = typeof value === "string" ? reason(value) : undefined;
      return found === undefined ? [] : [{ property, reason: found }];
    },
  };
}

export function oneOf(property: string, allowed: readonly string[], source: string): Rule {
  return onText(property, source, (value) =>
    allowed.includes(value) ? undefined : `must be one of ${allowed.join(", ")}, got "${value}"`,
  );
}

/** `what` says in words what the pattern asks for. */
export function matches(property: string, pattern: RegExp, what: string, source: string): Rule {
  return onText(property, source, (value) =>
    pattern.test(value) ? undefined : `must be ${what}, got "${value}"`,
  );
}

export function longest(property: string, length: number, source: string): Rule {
  return onText(property, source, (value) =>
    value.length <= length
      ? undefined
      : `must be at most ${length} characters, got ${value.length}: "${value}"`,
  );
}

/** Both ends included. */
export function between(property: string, low: number, high: number, source: string): Rule {
  return {
    source,
    check(inputs): Failure[] {
      const value = at(inputs, property);
      if (typeof value !== "number" || (value >= low && value <= high)) return [];
      return [{ property, reason: `must be between ${low} and ${high}, got ${value}` }];
    },
  };
}

export function numberIn(property: string, allowed: readonly number[], source: string): Rule {
  return {
    source,
    check(inputs): Failure[] {
      const value = at(inputs, property);
      if (typeof value !== "number" || allowed.includes(value)) return [];
      return [{ property, reason: `must be one of ${allowed.join(", ")}, got ${value}` }];
    },
  };
}

export function isCidr(property: string, low: number, high: number, source: string): Rule {
  return onText(property, source, (value) => {
    const cidr = tryParseCidr(value);
    if (!cidr) return `must be an IPv4 range such as 10.0.0.0/16 without host bits, got "${value}"`;
    if (cidr.prefix >= low && cidr.prefix <= high) return undefined;
    return `must have a prefix between /${low} and /${high}, got "${value}"`;
  });
}

/** A JSON object, as policies are. */
export function isJson(property: string, source: string): Rule {
  return onText(property, source, (value) => {
    try {
      const parsed: unknown = JSON.parse(value);
      if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return undefined;
      return "must be a JSON object";
    } catch (error) {
      return `contains an invalid JSON policy: ${error instanceof Error ? error.message : String(error)}`;
    }
  });
}

export function isArn(property: string, source: string): Rule {
  return matches(property, /^arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}|aws)?:.+$/, "an ARN", source);
}

/** Exactly one of the properties; an unknown one counts as given. */
export function exactlyOne(properties: readonly string[], source: string): Rule {
  return {
    source,
    check(inputs): Failure[] {
      const given = properties.filter((property) => inputs[property] !== undefined);
      if (given.length === 1) return [];
      const all = properties.join(", ");
      const got = given.length === 0 ? "none" : given.join(" and ");
      return [
        {
          property: given[0] ?? properties[0] ?? "",
          reason: `exactly one of ${all} must be given, got ${got}`,
        },
      ];
    },
  };
}
