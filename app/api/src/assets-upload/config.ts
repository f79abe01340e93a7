import { z } from "zod";
import { oneOf, readEnvironment, text } from "../config-fields.ts";
import type { Environment } from "../config-fields.ts";
import { releaseFields, toRelease } from "../config.ts";
import type { Release } from "../config.ts";

const BUCKET = "the name of the assets bucket";
const REGION = "the bucket's region, e.g. eu-central-1";

const environment = z.object({
  ...releaseFields,
  LOG_LEVEL: oneOf(["error", "warn", "info", "debug"], "info"),
  WEB_ROOT: text(/^.{1,4096}$/, "the folder of the built pages, or leave it out", ""),
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  ASSETS_BUCKET: z.string({ error: BUCKET }).regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, BUCKET),
  AWS_REGION: z.string({ error: REGION }).regex(/^[a-z]{2}(-[a-z]+)+-\d$/, REGION),
});

/** What the assets Job is told. Credentials are the SDK's to find: EKS Pod Identity's in the cluster. */
export interface UploadConfig {
  readonly release: Release;
  readonly logLevel: "error" | "warn" | "info" | "debug";
  /** Folder of the built pages; undefined: `web` beside the program. */
  readonly webRoot: string | undefined;
  readonly bucket: string;
  readonly region: string;
}

/** @throws ConfigError naming every variable that is wrong, its value and what to write instead. */
export function parseUploadConfig(env: Environment): UploadConfig {
  const values = readEnvironment(environment, env);
  return {
    release: toRelease(values),
    logLevel: values.LOG_LEVEL,
    webRoot: values.WEB_ROOT === "" ? undefined : values.WEB_ROOT,
    bucket: values.ASSETS_BUCKET,
    region: values.AWS_REGION,
  };
}
