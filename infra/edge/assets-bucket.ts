import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  createBucketPolicy,
  createPrivateBucket,
  type BucketStatement,
  type PrivateBucket,
} from "./private-bucket.ts";
import { UNAVAILABLE_PAGE, UNAVAILABLE_PATH } from "./unavailable-page.ts";

/** Days an asset is kept after the last release that had it: pages loaded before a switch still ask for it. */
export const SUPERSEDED_DAYS = 30;

/** Tag of an asset that no release has any more. */
export const SUPERSEDED_TAG = { key: "twinstack:superseded", value: "true" } as const;

interface AssetsBucketOptions {
  readonly forceDelete: boolean;
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The bucket of the hashed assets.
 *
 * A lifecycle rule knows an object's age and tags, not whether a release still has it. So whoever retires a release
 * writes its assets anew with SUPERSEDED_TAG (CopyObject onto itself, `MetadataDirective: REPLACE`): the age that the rule
 * counts starts with that write. A tag put on later would not start it, and an old asset would be gone
 * the next day. A release that has the asset again (a rollback) writes it anew without the tag: app/api/src/assets-upload.
 * Whoever retires releases is not there yet: nothing expires.
 */
export function createAssetsBucket(
  name: string,
  options: AssetsBucketOptions,
  parent: pulumi.Resource,
): PrivateBucket {
  return createPrivateBucket(
    name,
    {
      ...options,
      objectOwnership: "BucketOwnerEnforced",
      versioned: true,
      lifecycleRules: assetLifecycle(),
    },
    parent,
  );
}

/** Source of the format: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
export function assetLifecycle(): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  return [
    {
      id: "superseded-assets",
      status: "Enabled",
      filter: { tag: SUPERSEDED_TAG },
      expiration: { days: SUPERSEDED_DAYS },
    },
    {
      id: "earlier-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: SUPERSEDED_DAYS },
      // What is left of an object when its versions are gone.
      expiration: { expiredObjectDeleteMarker: true },
    },
  ];
}

/** Lets one distribution read, and puts the page there that it shows when no target answers. */
export function openToDistribution(
  name: string,
  assets: PrivateBucket,
  distributionArn: pulumi.Output<string>,
  parent: pulumi.Resource,
): void {
  const policy = createBucketPolicy(
    name,
    assets,
    pulumi
      .all([assets.bucket.arn, distributionArn])
      .apply(([bucketArn, distribution]) => readStatements(bucketArn, distribution)),
    parent,
  );
  new aws.s3.BucketObjectv2(
    `${name}-unavailable`,
    {
      bucket: assets.bucket.id,
      key: UNAVAILABLE_PATH.slice(1),
      content: UNAVAILABLE_PAGE,
      contentType: "text/html; charset=utf-8",
      cacheControl: "public, max-age=60",
    },
    { parent, dependsOn: policy },
  );
}

/**
 * Without ListBucket S3 answers 403 for an object that is not there, where 404 is the truth. Nothing can be listed
 * through the distribution: it asks for paths below /assets/ and /errors/ alone, without query.
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export function readStatements(bucketArn: string, distributionArn: string): readonly BucketStatement[] {
  const from = {
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Condition: { StringEquals: { "aws:SourceArn": distributionArn } },
  } as const;
  return [
    { Sid: "ReadAssets", ...from, Action: "s3:GetObject", Resource: `${bucketArn}/*` },
    { Sid: "TellMissing", ...from, Action: "s3:ListBucket", Resource: bucketArn },
  ];
}
