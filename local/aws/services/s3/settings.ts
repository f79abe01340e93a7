/** The settings of a bucket, each a resource of its own whose id is the bucket's name. */
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { eachBetween, eachOneOf, unique } from "../nested-rules.ts";
import { flag, object, objects, text } from "../fields.ts";
import type { JsonObject } from "../../../region/protocol.ts";
import { findKey } from "../kms.ts";
import { isJson, longest, oneOf } from "../rules.ts";
import { isPublic, parseBucketPolicy } from "./policy-document.ts";
import {
  BUCKET_POLICY,
  ENCRYPTION,
  LIFECYCLE,
  LOGGING,
  OWNERSHIP_CONTROLS,
  PUBLIC_ACCESS_BLOCK,
  requireBucket,
  settingOf,
  VERSIONING,
} from "./references.ts";

const API = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_";

/** `check` is asked at create and at update. */
function setting(
  model: Omit<ResourceModel, "create" | "update">,
  check: (inputs: JsonObject, account: Account) => void = () => undefined,
  computed: (inputs: JsonObject) => Record<string, string> = () => ({}),
): ResourceModel {
  return {
    ...model,
    create(inputs, account) {
      const { id } = requireBucket(account, text(inputs, "bucket") ?? "");
      check(inputs, account);
      return { id, outputs: computed(inputs) };
    },
    update(_current, inputs, account) {
      check(inputs, account);
      return {};
    },
  };
}

export const bucketPolicy = setting(
  {
    type: BUCKET_POLICY,
    documents: { policy: "policy" },
    rules: [isJson("policy", `${API}PutBucketPolicy.html`)],
  },
  (inputs, account) => {
    const bucket = text(inputs, "bucket") ?? "";
    const statements = parseBucketPolicy(text(inputs, "policy") ?? "", bucket);
    const block = settingOf(account, PUBLIC_ACCESS_BLOCK, bucket);
    // New buckets block public policies by default, whether or not a program says so.
    const blocked = block === undefined || flag(block.inputs, "blockPublicPolicy") === true;
    if (!blocked || !isPublic(statements)) return;
    throw new AwsError(
      "AccessDenied",
      "User is not authorized to perform: s3:PutBucketPolicy because public policies are blocked by the BlockPublicPolicy block public access setting",
    );
  },
);

export const publicAccessBlock = setting({ type: PUBLIC_ACCESS_BLOCK, notModelled: ["skipDestroy"] });

export const ownershipControls = setting({
  type: OWNERSHIP_CONTROLS,
  rules: [
    oneOf(
      "rule.objectOwnership",
      ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"],
      `${API}OwnershipControlsRule.html`,
    ),
  ],
});

const ENCRYPTION_DOC = `${API}ServerSideEncryptionByDefault.html`;

export const encryption = setting(
  {
    type: ENCRYPTION,
    notModelled: ["expectedBucketOwner"],
    sets: ["rules"],
    computed: ["rules.blockedEncryptionTypes"],
    rules: [
      eachOneOf(
        "rules.applyServerSideEncryptionByDefault.sseAlgorithm",
        ["AES256", "aws:kms", "aws:kms:dsse"],
        ENCRYPTION_DOC,
      ),
    ],
  },
  (inputs, account) => {
    for (const rule of objects(inputs, "rules")) {
      const byDefault = object(rule, "applyServerSideEncryptionByDefault") ?? {};
      const key = text(byDefault, "kmsMasterKeyId");
      if (key === undefined || key === "") continue;
      if (text(byDefault, "sseAlgorithm") === "AES256") {
        throw new AwsError(
          "InvalidArgument",
          "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms",
        );
      }
      if (key.includes("alias/") || findKey(account, key)) continue;
      throw new AwsError("KMS.NotFoundException", `Key '${key}' does not exist`);
    }
  },
);

export const versioning = setting({
  type: VERSIONING,
  notModelled: ["expectedBucketOwner", "mfa", "versioningConfiguration.mfaDelete"],
  rules: [
    oneOf(
      "versioningConfiguration.status",
      ["Enabled", "Suspended", "Disabled"],
      `${API}VersioningConfiguration.html`,
    ),
  ],
});

const LIFECYCLE_DOC = `${API}PutBucketLifecycleConfiguration.html`;

export const lifecycle = setting(
  {
    type: LIFECYCLE,
    notModelled: ["expectedBucketOwner", "timeouts"],
    sets: ["rules.transitions", "rules.noncurrentVersionTransitions"],
    rules: [
      {
        source: LIFECYCLE_DOC,
        check: (inputs) => {
          const rules = inputs["rules"];
          if (rules !== undefined && (!Array.isArray(rules) || rules.length > 0)) return [];
          return [{ property: "rules", reason: "needs at least one rule" }];
        },
      },
      unique("rules", "id", LIFECYCLE_DOC),
      eachOneOf("rules.status", ["Enabled", "Disabled"], LIFECYCLE_DOC),
      eachBetween("rules.expiration.days", 1, 2147483647, LIFECYCLE_DOC),
      eachBetween("rules.noncurrentVersionExpiration.noncurrentDays", 1, 2147483647, LIFECYCLE_DOC),
      eachBetween("rules.abortIncompleteMultipartUpload.daysAfterInitiation", 1, 2147483647, LIFECYCLE_DOC),
      eachOneOf(
        "rules.transitions.storageClass",
        ["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "GLACIER_IR", "DEEP_ARCHIVE"],
        LIFECYCLE_DOC,
      ),
      oneOf(
        "transitionDefaultMinimumObjectSize",
        ["all_storage_classes_128K", "varies_by_storage_class"],
        LIFECYCLE_DOC,
      ),
    ],
  },
  () => undefined,
  () => ({ expectedBucketOwner: "", transitionDefaultMinimumObjectSize: "all_storage_classes_128K" }),
);

export const logging = setting(
  {
    type: LOGGING,
    notModelled: ["expectedBucketOwner", "targetGrants"],
    rules: [longest("targetPrefix", 1024, `${API}PutBucketLogging.html`)],
  },
  (inputs, account) => {
    const target = text(inputs, "targetBucket") ?? "";
    try {
      requireBucket(account, target);
    } catch {
      throw new AwsError("InvalidTargetBucketForLogging", "The target bucket for logging does not exist");
    }
  },
);
