import { randomInt } from "node:crypto";
import type { Failure, Values } from "../provider/provider.ts";
import { KEEPERS, type Input } from "./resource.ts";

const NUMERIC = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

const on: Input = { kind: "boolean", default: true };
const least: Input = { kind: "integer", least: 0, default: 0 };

/** Inputs of RandomString and RandomPassword. */
export const characterInputs: Readonly<Record<string, Input>> = {
  keepers: KEEPERS,
  length: { kind: "integer", required: true, least: 1 },
  lower: on,
  minLower: least,
  minNumeric: least,
  minSpecial: least,
  minUpper: least,
  number: { kind: "boolean" },
  numeric: { kind: "boolean" },
  overrideSpecial: { kind: "string" },
  special: on,
  upper: on,
};

interface CharacterInputs {
  readonly length?: number;
  readonly lower?: boolean;
  readonly upper?: boolean;
  readonly special?: boolean;
  readonly number?: boolean;
  readonly numeric?: boolean;
  readonly minLower?: number;
  readonly minUpper?: number;
  readonly minNumeric?: number;
  readonly minSpecial?: number;
  readonly overrideSpecial?: string;
}

/** The same with every default filled in. */
type EffectiveInputs = Required<Omit<CharacterInputs, "overrideSpecial">> &
  Pick<CharacterInputs, "overrideSpecial">;

/** `number` is the old name of `numeric`: one stands for the other. An empty `overrideSpecial` is none. */
export function normalizeCharacters(inputs: Values): Values {
  const { overrideSpecial, ...rest } = inputs;
  const numeric = inputs["numeric"] ?? inputs["number"] ?? true;
  return {
    ...rest,
    number: numeric,
    numeric,
    ...(overrideSpecial !== undefined && overrideSpecial !== "" && { overrideSpecial }),
  };
}

export function validateCharacters(values: Values): readonly Failure[] {
  const inputs = values as CharacterInputs;
  const { length, minLower = 0, minUpper = 0, minNumeric = 0, minSpecial = 0 } = inputs;
  const minimum = minLower + minUpper + minNumeric + minSpecial;
  if (length !== undefined && length < minimum) {
    const reason = `is ${length}: write ${minimum} or more, the sum of minUpper, minLower, minNumeric and minSpecial`;
    return [{ property: "length", reason }];
  }
  if (inputs.number !== undefined && inputs.numeric !== undefined && inputs.number !== inputs.numeric) {
    return [
      {
        property: "number",
        reason: `is ${inputs.number}, but numeric is ${inputs.numeric}: write numeric alone`,
      },
    ];
  }
  const { upper = true, lower = true, special = true } = inputs;
  if (!upper && !lower && !special && !(inputs.numeric ?? inputs.number ?? true)) {
    return [
      { property: "numeric", reason: "is false, as upper, lower and special are: set one of them to true" },
    ];
  }
  return [];
}

/**
 * Characters from the system's cryptographic generator: of each class at least its minimum, the rest of all classes
 * that are on, in random order.
 */
export function randomCharacters(values: Values): string {
  const inputs = values as unknown as EffectiveInputs;
  const special = inputs.overrideSpecial ?? SPECIAL;
  const all =
    (inputs.upper ? UPPER : "") +
    (inputs.lower ? LOWER : "") +
    (inputs.numeric ? NUMERIC : "") +
    (inputs.special ? special : "");
  const chosen = [
    ...pick(UPPER, inputs.minUpper),
    ...pick(LOWER, inputs.minLower),
    ...pick(NUMERIC, inputs.minNumeric),
    ...pick(special, inputs.minSpecial),
  ];
  chosen.push(...pick(all, inputs.length - chosen.length));
  return shuffled(chosen).join("");
}

function pick(from: string, count: number): readonly string[] {
  return Array.from({ length: count }, () => from.charAt(randomInt(from.length)));
}

/** A permutation of which each is as likely as any other (Fisher and Yates). */
export function shuffled<T>(items: readonly T[]): readonly T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
