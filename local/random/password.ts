import { bcryptHash, requireBcrypt } from "./bcrypt.ts";
import { characterInputs, normalizeCharacters, randomCharacters, validateCharacters } from "./characters.ts";
import type { RandomResource } from "./resource.ts";

let bcryptThere: Promise<void> | undefined;

/** A random secret text with its bcrypt hash. Import id: the password; the resource's own id is always `none`. */
export const randomPassword: RandomResource = {
  inputs: characterInputs,
  computed: ["result", "bcryptHash"],
  secrets: ["result", "bcryptHash"],
  validate: validateCharacters,
  normalize: normalizeCharacters,
  // Once a process: a preview with many passwords asks once.
  requirements: () => (bcryptThere ??= requireBcrypt()),
  async generate(inputs) {
    const result = randomCharacters(inputs);
    return { id: "none", outputs: { result, bcryptHash: await bcryptHash(result) } };
  },
  async import(id) {
    return {
      id: "none",
      inputs: { length: id.length },
      outputs: { result: id, bcryptHash: await bcryptHash(id) },
    };
  },
};
