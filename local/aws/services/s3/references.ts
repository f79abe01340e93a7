/** Look-ups among the account's buckets, refused with S3's own codes and words. */
import type { StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";

export const BUCKET = "aws:s3/bucket:Bucket";
export const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
export const PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
export const OWNERSHIP_CONTROLS = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
export const ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
export const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
export const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
export const LOGGING = "aws:s3/bucketLogging:BucketLogging";
export const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function requireBucket(account: Account, name: string): StoredResource {
  const bucket = account.get(BUCKET, name);
  if (bucket) return bucket;
  throw new AwsError("NoSuchBucket", "The specified bucket does not exist");
}

/** The one setting of its kind that a bucket has; undefined when it has none. */
export function settingOf(account: Account, type: string, bucket: string): StoredResource | undefined {
  return account.all(type).find(({ inputs }) => inputs["bucket"] === bucket);
}

/** `<bucket>.s3.amazonaws.com` and `<bucket>.s3.<region>.amazonaws.com`: the bucket's name; undefined for other names. */
export function bucketOfDomainName(domainName: string): string | undefined {
  return /^(.+)\.s3(?:\.[a-z0-9-]+)?\.amazonaws\.com$/.exec(domainName)?.[1];
}
