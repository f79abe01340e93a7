import { readFileSync } from "node:fs";

import type { JsonObject } from "../../../region/protocol.ts";
import { asAsset } from "../../../provider/asset.ts";
import { AwsError } from "../../model.ts";
import { text } from "../fields.ts";

/** What an object holds: its text, its base64, or the file it was given. Nothing of these is an empty object. */
export function contentOf(inputs: JsonObject): Buffer {
  const content = text(inputs, "content");
  if (content !== undefined) return Buffer.from(content);
  const base64 = text(inputs, "contentBase64");
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  const asset = asAsset(inputs["source"]);
  if (asset?.text !== undefined) return Buffer.from(asset.text);
  if (asset?.path === undefined) return Buffer.alloc(0);
  try {
    return readFileSync(asset.path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsError("InvalidRequest", `the object's file cannot be read: ${why}`);
  }
}
