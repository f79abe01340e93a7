import { randomInt } from "node:crypto";
import { ProviderError, type Failure, type Values } from "../provider/provider.ts";
import { KEEPERS, type RandomResource } from "./resource.ts";

/** Widest range of Node's `randomInt`. */
const WIDEST = 2 ** 48 - 1;

/** A whole number from `min` to `max`, both included. Import id: `<result>,<min>,<max>`. */
export const randomInteger: RandomResource = {
  inputs: {
    keepers: KEEPERS,
    max: { kind: "integer", required: true },
    min: { kind: "integer", required: true },
    seed: { kind: "string" },
  },
  computed: ["result"],
  secrets: [],
  validate,
  async generate(inputs) {
    const result = randomInt(inputs["min"] as number, (inputs["max"] as number) + 1);
    return { id: String(result), outputs: { result } };
  },
  async import(id) {
    const parts = id.split(",");
    const [result, min, max] = parts.map(Number);
    if (
      parts.length !== 3 ||
      !parts.every((part) => /^-?\d+$/.test(part)) ||
      !validNumbers(result, min, max)
    ) {
      throw new ProviderError("INVALID_ARGUMENT", `"${id}" is no random integer: write <result>,<min>,<max>`);
    }
    return {
      id: String(result),
      inputs: { min: min as number, max: max as number },
      outputs: { result: result as number },
    };
  },
};

function validNumbers(...numbers: readonly (number | undefined)[]): boolean {
  return numbers.every(Number.isSafeInteger);
}

function validate(inputs: Values): readonly Failure[] {
  const { min, max, seed } = inputs as {
    readonly min?: number;
    readonly max?: number;
    readonly seed?: string;
  };
  if (seed !== undefined) {
    const reason =
      "is not modelled locally: the official provider's seeded sequence is that of Go's math/rand; leave it out";
    return [{ property: "seed", reason }];
  }
  if (min === undefined || max === undefined) {
    return [];
  }
  if (max < min) {
    return [{ property: "max", reason: `is ${max}: write min (${min}) or more` }];
  }
  if (max - min + 1 > WIDEST) {
    return [{ property: "max", reason: `is ${max}: locally the range holds at most ${WIDEST} numbers` }];
  }
  return [];
}
