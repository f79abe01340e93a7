import { randomBytes } from "node:crypto";
import { ProviderError, type Values } from "../provider/provider.ts";
import { KEEPERS, type RandomResource } from "./resource.ts";

/** Random bytes in four notations, each after the prefix. Import id: `[prefix,]<base64url>`. */
export const randomId: RandomResource = {
  inputs: {
    byteLength: { kind: "integer", required: true, least: 1 },
    keepers: KEEPERS,
    prefix: { kind: "string" },
  },
  computed: ["b64Std", "b64Url", "dec", "hex"],
  secrets: [],
  async generate(inputs) {
    const bytes = randomBytes(inputs["byteLength"] as number);
    return notations(bytes, (inputs["prefix"] as string | undefined) ?? "");
  },
  async import(id) {
    const comma = id.lastIndexOf(",");
    const prefix = id.slice(0, Math.max(comma, 0));
    const encoded = id.slice(comma + 1);
    const bytes = Buffer.from(encoded, "base64url");
    if (bytes.length === 0 || bytes.toString("base64url") !== encoded) {
      throw new ProviderError(
        "INVALID_ARGUMENT",
        `"${id}" is no random id: write <base64url> or <prefix>,<base64url>`,
      );
    }
    const inputs: Values = { byteLength: bytes.length, ...(prefix !== "" && { prefix }) };
    return { ...notations(bytes, prefix), inputs };
  },
};

function notations(bytes: Buffer, prefix: string): { id: string; outputs: Values } {
  const id = bytes.toString("base64url");
  const hex = bytes.toString("hex");
  return {
    id,
    outputs: {
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + id,
      dec: prefix + BigInt(`0x${hex}`).toString(),
      hex: prefix + hex,
    },
  };
}
