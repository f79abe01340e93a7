import { randomBytes } from "node:crypto";
import { ProviderError, type Values } from "../provider/provider.ts";
import { KEEPERS, type RandomResource } from "./resource.ts";

/** Secret random bytes. Import id: the bytes in base64; the resource's own id is always `none`. */
export const randomBytesResource: RandomResource = {
  inputs: { keepers: KEEPERS, length: { kind: "integer", required: true, least: 1 } },
  computed: ["base64", "hex"],
  secrets: ["base64", "hex"],
  async generate(inputs) {
    return { id: "none", outputs: notations(randomBytes(inputs["length"] as number)) };
  },
  async import(id) {
    const bytes = Buffer.from(id, "base64");
    if (bytes.length === 0 || bytes.toString("base64") !== id) {
      throw new ProviderError(
        "INVALID_ARGUMENT",
        "the import id of random bytes is their base64 text, with padding",
      );
    }
    return { id: "none", inputs: { length: bytes.length }, outputs: notations(bytes) };
  },
};

function notations(bytes: Buffer): Values {
  return { base64: bytes.toString("base64"), hex: bytes.toString("hex") };
}
