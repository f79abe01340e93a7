import { randomInt } from "node:crypto";

import type { JsonObject } from "../../region/protocol.ts";
import { text } from "./fields.ts";

/** The `name` input; with `namePrefix` the provider adds a time stamp and a counter, 26 digits together. */
export function generatedName(inputs: JsonObject): string {
  const name = text(inputs, "name");
  if (name !== undefined) return name;
  const stamp = new Date().toISOString().replace(/\D/g, "").padEnd(18, "0");
  const counter = randomInt(0x100000000).toString(16).padStart(8, "0");
  return `${text(inputs, "namePrefix") ?? "terraform-"}${stamp}${counter}`;
}
