import { shuffled } from "./characters.ts";
import { KEEPERS, type RandomResource } from "./resource.ts";

/** A list in random order, cut or repeated to `resultCount`. Cannot be imported. */
export const randomShuffle: RandomResource = {
  inputs: {
    inputs: { kind: "strings", required: true },
    keepers: KEEPERS,
    resultCount: { kind: "integer", least: 0 },
    seed: { kind: "string" },
  },
  computed: ["results"],
  secrets: [],
  validate(inputs) {
    return inputs["seed"] === undefined
      ? []
      : [
          {
            property: "seed",
            reason:
              "is not modelled locally: the official provider's seeded order is that of Go's math/rand; leave it out",
          },
        ];
  },
  async generate(inputs) {
    const items = inputs["inputs"] as readonly string[];
    // The official provider reads a count of 0 as "all of them".
    const count = items.length === 0 ? 0 : (inputs["resultCount"] as number | undefined) || items.length;
    const results: string[] = [];
    while (results.length < count) {
      results.push(...shuffled(items).slice(0, count - results.length));
    }
    return { id: "-", outputs: { results } };
  },
};
