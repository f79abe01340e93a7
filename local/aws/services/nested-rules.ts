/** Builders of rules on blocks that repeat: paths are without indices, failures name the very one. */
import type { Rule } from "../model.ts";
import { placesAt } from "../nested.ts";

function onEach<T extends string | number>(
  path: string,
  source: string,
  is: (value: unknown) => value is T,
  reason: (value: T) => string | undefined,
): Rule {
  return {
    source,
    check: (inputs) =>
      placesAt(inputs, path)
        .flatMap(({ property, value }) =>
          Array.isArray(value)
            ? (value as readonly unknown[]).map((item, index) => ({
                property: `${property}[${index}]`,
                value: item,
              }))
            : [{ property, value }],
        )
        .flatMap(({ property, value }) => {
          const found = is(value) ? reason(value) : undefined;
          return found === undefined ? [] : [{ property, reason: found }];
        }),
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";

/** Each text at the path, or in the lists there. */
export function eachOneOf(path: string, allowed: readonly string[], source: string): Rule {
  return onEach(path, source, isText, (value) =>
    allowed.includes(value) ? undefined : `must be one of ${allowed.join(", ")}, got "${value}"`,
  );
}

/** `what` says in words what the pattern asks for. */
export function eachMatches(path: string, pattern: RegExp, what: string, source: string): Rule {
  return onEach(path, source, isText, (value) =>
    pattern.test(value) ? undefined : `must be ${what}, got "${value}"`,
  );
}

/** Both ends included. */
export function eachBetween(path: string, low: number, high: number, source: string): Rule {
  return onEach(path, source, isNumber, (value) =>
    value >= low && value <= high ? undefined : `must be between ${low} and ${high}, got ${value}`,
  );
}

export function eachNumberIn(path: string, allowed: readonly number[], source: string): Rule {
  return onEach(path, source, isNumber, (value) =>
    allowed.includes(value) ? undefined : `must be one of ${allowed.join(", ")}, got ${value}`,
  );
}

/** No two items of the list at `path` have the same `key`. */
export function unique(path: string, key: string, source: string): Rule {
  return {
    source,
    check(inputs) {
      const places = placesAt(inputs, `${path}.${key}`);
      return places
        .filter(({ value }, index) => places.findIndex((other) => other.value === value) < index)
        .map(({ property, value }) => ({ property, reason: `is used twice: ${JSON.stringify(value)}` }));
    },
  };
}
