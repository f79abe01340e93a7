import type { ExplainTable } from "./classification.ts";

/** `random` makes what the official provider makes. */
export const random: ExplainTable = {
  "random:index/randomId:RandomId": { enforced: { "the stand-in plugin": ["byteLength"] } },
  "random:index/randomPassword:RandomPassword": {
    enforced: { "the stand-in plugin": ["length", "special", "upper"] },
  },
};
