import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** One statement of a bucket policy. */
export interface BucketStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal: "*" | Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PrivateBucketOptions {
  /** `BucketOwnerEnforced` has no access lists at all; `BucketOwnerPreferred` is for CloudFront's logs alone. */
  readonly objectOwnership: "BucketOwnerEnforced" | "BucketOwnerPreferred";
  /** Keep what is overwritten or deleted, for the lifecycle rules to remove. */
  readonly versioned: boolean;
  readonly lifecycleRules: aws.types.input.s3.BucketLifecycleConfigurationRule[];
  /** Delete the bucket with objects in it. */
  readonly forceDelete: boolean;
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface PrivateBucket {
  readonly bucket: aws.s3.Bucket;
  /** What must be in place before anyone writes to the bucket. */
  readonly settings: pulumi.Resource[];
}

/**
 * A bucket that is never public, encrypted with S3's own keys: the assets are public by purpose, and load
 * balancers can write their logs to no other kind.
 */
export function createPrivateBucket(
  name: string,
  options: PrivateBucketOptions,
  parent: pulumi.Resource,
): PrivateBucket {
  const { forceDelete, objectOwnership, protect, tags } = options;
  const bucket = new aws.s3.Bucket(name, { forceDestroy: forceDelete, tags }, { parent, protect });
  const of = { bucket: bucket.id };
  const access = new aws.s3.BucketPublicAccessBlock(name, { ...of, ...NOTHING_PUBLIC }, { parent });
  const ownership = new aws.s3.BucketOwnershipControls(
    name,
    { ...of, rule: { objectOwnership } },
    { parent },
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { ...of, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    { parent },
  );
  const versioning = options.versioned
    ? [
        new aws.s3.BucketVersioning(
          name,
          { ...of, versioningConfiguration: { status: "Enabled" } },
          { parent },
        ),
      ]
    : [];
  new aws.s3.BucketLifecycleConfiguration(
    name,
    { ...of, rules: [...options.lifecycleRules, UNFINISHED_UPLOADS] },
    // Rules on earlier versions mean nothing before there are versions.
    { parent, dependsOn: versioning },
  );
  return { bucket, settings: [access, ownership, ...versioning] };
}

/** The bucket's one policy: the statements, and no request without TLS. */
export function createBucketPolicy(
  name: string,
  { bucket, settings }: PrivateBucket,
  statements: pulumi.Input<readonly BucketStatement[]>,
  parent: pulumi.Resource,
): aws.s3.BucketPolicy {
  const policy = pulumi
    .all([bucket.arn, statements])
    .apply(([arn, all]) => JSON.stringify({ Version: "2012-10-17", Statement: [...all, withoutTls(arn)] }));
  return new aws.s3.BucketPolicy(name, { bucket: bucket.id, policy }, { parent, dependsOn: settings });
}

const NOTHING_PUBLIC = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** Parts of uploads that were cut off are billed and seen by nobody. */
const UNFINISHED_UPLOADS: aws.types.input.s3.BucketLifecycleConfigurationRule = {
  id: "unfinished-uploads",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html */
function withoutTls(bucketArn: string): BucketStatement {
  return {
    Sid: "OnlyWithTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
