import type { ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { flag, text } from "../fields.ts";
import { generatedName } from "../names.ts";
import { longest, matches } from "../rules.ts";
import { BUCKET, OBJECT } from "./references.ts";

const NAMES = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html";

/** Hosted zones of S3 website endpoints. https://docs.aws.amazon.com/general/latest/gr/s3.html */
const ZONE_IDS: Readonly<Record<string, string>> = {
  "eu-central-1": "Z21DNDUVLTQW6Q",
  "eu-north-1": "Z3BAZG2TWCNX0D",
  "eu-west-1": "Z1BKCTXD74EZPE",
  "eu-west-2": "Z3GKZC51ZF0DB4",
  "eu-west-3": "Z3R1K369G5AVDG",
  "us-east-1": "Z3AQBSTGFYJSTF",
  "us-east-2": "Z2O1EMRO9K5GLX",
  "us-west-1": "Z2F56UZL2M1ACD",
  "us-west-2": "Z3BJ6K6RIION7M",
};

/**
 * What every new bucket of AWS has: encryption with S3's own keys, no versions, no access lists.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
 */
const NEW_BUCKET = {
  accelerationStatus: "",
  bucketNamespace: "global",
  corsRules: [],
  lifecycleRules: [],
  objectLockEnabled: false,
  policy: "",
  requestPayer: "BucketOwner",
  serverSideEncryptionConfiguration: {
    rule: {
      applyServerSideEncryptionByDefault: { kmsMasterKeyId: "", sseAlgorithm: "AES256" },
      bucketKeyEnabled: false,
    },
  },
  versioning: { enabled: false, mfaDelete: false },
};

/** Settings are resources of their own: those the provider keeps in the bucket itself are deprecated. */
export const bucket: ResourceModel = {
  type: BUCKET,
  documents: { policy: "policy" },
  autoname: { property: "bucket", maxLength: 63, lowercase: true },
  notModelled: [
    "accelerationStatus",
    "acl",
    "bucketNamespace",
    "corsRules",
    "grants",
    "lifecycleRules",
    "logging",
    "objectLockConfiguration",
    "objectLockEnabled",
    "policy",
    "replicationConfiguration",
    "requestPayer",
    "serverSideEncryptionConfiguration",
    "versioning",
    "website",
  ],
  rules: [
    matches(
      "bucket",
      /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3)$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      "3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at both ends",
      NAMES,
    ),
    longest("bucketPrefix", 37, NAMES),
  ],
  create(inputs, account) {
    const prefix = text(inputs, "bucketPrefix");
    const name = text(inputs, "bucket") ?? generatedName(prefix === undefined ? {} : { namePrefix: prefix });
    if (account.get(BUCKET, name)) {
      throw new AwsError(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
      );
    }
    const region = text(inputs, "region") ?? account.region;
    return {
      id: name,
      outputs: {
        ...NEW_BUCKET,
        arn: `arn:aws:s3:::${name}`,
        bucket: name,
        bucketDomainName: `${name}.s3.amazonaws.com`,
        bucketPrefix: prefix ?? "",
        bucketRegion: region,
        bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
        hostedZoneId: ZONE_IDS[region] ?? "Z00000000000000000000",
      },
    };
  },
  /** Objects of a program's own; what others put there the part knows, and refuses alike. */
  canDelete(current, account) {
    if (flag(current.inputs, "forceDestroy") === true) return;
    if (account.all(OBJECT).every(({ inputs }) => inputs["bucket"] !== current.id)) return;
    throw new AwsError("BucketNotEmpty", "The bucket you tried to delete is not empty");
  },
};
