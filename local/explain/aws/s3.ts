import type { ExplainTable } from "../classification.ts";

const OF_BUCKET = ["bucket"];
const NO_LISTS = "objects have no access lists here";

export const s3: ExplainTable = {
  "aws:s3/bucket:Bucket": {
    enforced: { "region: a bucket with objects is kept without it": ["forceDestroy"] },
    stored: { "recorded: nobody reads it here": ["tags"] },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    stored: {
      "recorded: no object expires": [
        ...OF_BUCKET,
        "rules.abortIncompleteMultipartUpload.daysAfterInitiation",
        "rules.expiration.days",
        "rules.expiration.expiredObjectDeleteMarker",
        "rules.filter.prefix",
        "rules.filter.tag.key",
        "rules.filter.tag.value",
        "rules.id",
        "rules.noncurrentVersionExpiration.noncurrentDays",
        "rules.status",
      ],
    },
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    enforced: {
      "region: the object, as the CDN is answered": [
        ...OF_BUCKET,
        "cacheControl",
        "content",
        "contentType",
        "key",
      ],
    },
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    stored: {
      [`${NO_LISTS}; a log bucket of CloudFront must have them at AWS, which is checked`]: [
        ...OF_BUCKET,
        "rule.objectOwnership",
      ],
    },
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    enforced: { "region: judged for each request of the CDN and of the API": [...OF_BUCKET, "policy"] },
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    enforced: { "the model refuses public policies": [...OF_BUCKET, "blockPublicPolicy"] },
    inert: {
      [NO_LISTS]: ["blockPublicAcls", "ignorePublicAcls"],
      "nobody but the CDN and the region's own clients reaches a bucket": ["restrictPublicBuckets"],
    },
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    stored: {
      "recorded: objects are files of the region": [
        ...OF_BUCKET,
        "rules.applyServerSideEncryptionByDefault.sseAlgorithm",
      ],
    },
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    stored: {
      "recorded: the last version alone is kept": [...OF_BUCKET, "versioningConfiguration.status"],
    },
  },
};
