import { randomInt } from "node:crypto";
import { ADJECTIVES, ADVERBS, ANIMALS } from "./pet-words.ts";
import { KEEPERS, type RandomResource } from "./resource.ts";

/**
 * A name of `length` words: adverbs, an adjective, an animal; the id is the name. The words are our own lists, not
 * the official provider's. Cannot be imported, as there.
 */
export const randomPet: RandomResource = {
  inputs: {
    keepers: KEEPERS,
    length: { kind: "integer", least: 1, default: 2 },
    prefix: { kind: "string" },
    separator: { kind: "string", default: "-" },
  },
  computed: [],
  secrets: [],
  async generate(inputs) {
    const { length, separator, prefix } = inputs as {
      readonly length: number;
      readonly separator: string;
      readonly prefix?: string;
    };
    const words = Array.from({ length }, (_, index) => {
      const fromEnd = length - index;
      return pick(fromEnd === 1 ? ANIMALS : fromEnd === 2 ? ADJECTIVES : ADVERBS);
    });
    const name = words.join(separator);
    return { id: prefix === undefined || prefix === "" ? name : prefix + separator + name, outputs: {} };
  },
};

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] as string;
}
