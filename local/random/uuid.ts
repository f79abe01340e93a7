import { randomUUID } from "node:crypto";
import { ProviderError } from "../provider/provider.ts";
import { KEEPERS, type RandomResource } from "./resource.ts";

/** A version 4 UUID. Import id: the UUID. */
export const randomUuid: RandomResource = {
  inputs: { keepers: KEEPERS },
  computed: ["result"],
  secrets: [],
  async generate() {
    const result = randomUUID();
    return { id: result, outputs: { result } };
  },
  async import(id) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
      throw new ProviderError("INVALID_ARGUMENT", `"${id}" is no UUID: write 8-4-4-4-12 hex digits`);
    }
    const result = id.toLowerCase();
    return { id: result, inputs: {}, outputs: { result } };
  },
};
