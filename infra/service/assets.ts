import type * as kubernetes from "@pulumi/kubernetes";
import { settingsHash } from "./config-map.ts";
import { jobArgs } from "./job.ts";
import type { AssetsOptions, ReleaseOptions } from "./options.ts";
import type { PodReferences } from "./pod.ts";

/** One upload an image and bucket. */
export function assetsHash({ image }: Pick<ReleaseOptions, "image">, { bucket }: AssetsOptions): string {
  return settingsHash({ image, bucket });
}

/**
 * The Job that puts the image's hashed files into the assets bucket, before any of its pods serves a page that asks for
 * them. It needs no database, and is given no secret. Should its pod be made a moment before the cluster knows the
 * account's role, the next one has it.
 */
export function assetsArgs(
  options: ReleaseOptions,
  assets: AssetsOptions,
  references: PodReferences,
): kubernetes.batch.v1.JobArgs {
  return jobArgs(
    options,
    { ...references, serviceAccountName: assets.serviceAccount },
    {
      program: "upload-assets",
      hash: assetsHash(options, assets),
      secretKeys: [],
      environment: [
        { name: "ASSETS_BUCKET", value: assets.bucket },
        { name: "AWS_REGION", value: assets.region },
      ],
    },
  );
}
