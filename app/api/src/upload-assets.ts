import { join } from "node:path";
import { AssetsBucket } from "./assets-upload/bucket.ts";
import { parseUploadConfig } from "./assets-upload/config.ts";
import { uploadAssets } from "./assets-upload/upload.ts";
import { ConfigError } from "./errors/config-error.ts";
import { createLogger } from "./logging.ts";
import { loadSite } from "./static.ts";

/** The release's assets Job: leaves with 0 when the bucket has every hashed file of this image, else with 1. */
try {
  const config = parseUploadConfig(process.env);
  const { assets } = loadSite(config.webRoot ?? join(import.meta.dirname, "web"));
  const bucket = new AssetsBucket(config.bucket, config.region);
  try {
    await uploadAssets(assets, bucket, createLogger(config));
  } finally {
    bucket.close();
  }
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
