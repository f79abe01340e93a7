import { characterInputs, normalizeCharacters, randomCharacters, validateCharacters } from "./characters.ts";
import type { RandomResource } from "./resource.ts";

/** A random text that is no secret. Import id: the text. */
export const randomString: RandomResource = {
  inputs: characterInputs,
  computed: ["result"],
  secrets: [],
  validate: validateCharacters,
  normalize: normalizeCharacters,
  async generate(inputs) {
    const result = randomCharacters(inputs);
    return { id: result, outputs: { result } };
  },
  async import(id) {
    return { id, inputs: { length: id.length }, outputs: { result: id } };
  },
};
