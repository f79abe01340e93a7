import { createHash, randomBytes } from "node:crypto";

import type { Json, JsonObject } from "../../../region/protocol.ts";
import { asAsset } from "../../../provider/asset.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { object, text } from "../fields.ts";
import { oneOf } from "../rules.ts";
import { contentOf } from "./object-content.ts";
import { OBJECT, requireBucket, settingOf, VERSIONING } from "./references.ts";

const PUT = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html";

const key: Rule = {
  source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html",
  check(inputs) {
    const value = inputs["key"];
    if (value === undefined)
      return [{ property: "key", reason: "is required: the object's name in the bucket" }];
    if (typeof value !== "string") return [];
    const bytes = Buffer.byteLength(value);
    return bytes >= 1 && bytes <= 1024
      ? []
      : [{ property: "key", reason: `must be 1 to 1024 bytes, got ${bytes}` }];
  },
};

/** A folder or a file from elsewhere: nothing here downloads or packs it. */
const source: Rule = {
  source: "https://www.pulumi.com/docs/iac/concepts/assets-archives/",
  check(inputs) {
    const asset = asAsset(inputs["source"] as Json | undefined);
    if (asset === undefined || (asset.kind === "asset" && asset.uri === undefined)) return [];
    return [
      {
        property: "source",
        reason:
          "must be a FileAsset or a StringAsset: archives and remote assets are not modelled by the stand-in for AWS",
      },
    ];
  },
};

function written(inputs: JsonObject, account: Account): Record<string, Json> {
  const bucket = text(inputs, "bucket") ?? "";
  const versions = settingOf(account, VERSIONING, bucket);
  const enabled =
    text(object(versions?.inputs ?? {}, "versioningConfiguration") ?? {}, "status") === "Enabled";
  return {
    etag: createHash("md5").update(contentOf(inputs)).digest("hex"),
    versionId: enabled ? randomBytes(24).toString("base64url") : "",
  };
}

/** Written anew whenever an input changes, as the provider does. The etag is the MD5 of what it holds: encryption is S3's own. */
export const bucketObject: ResourceModel = {
  type: OBJECT,
  notModelled: [
    "acl",
    "bucketKeyEnabled",
    "checksumAlgorithm",
    "etag",
    "forceDestroy",
    "kmsKeyId",
    "objectLockLegalHoldStatus",
    "objectLockMode",
    "objectLockRetainUntilDate",
    "overrideProvider",
    "websiteRedirect",
  ],
  rules: [
    key,
    source,
    oneOf("serverSideEncryption", ["AES256"], PUT),
    oneOf("storageClass", ["STANDARD"], PUT),
  ],
  create(inputs, account) {
    const bucket = requireBucket(account, text(inputs, "bucket") ?? "").id;
    const name = text(inputs, "key") ?? "";
    return {
      // The provider's id is the key alone; here two buckets may hold the same.
      id: `${bucket}/${name}`,
      outputs: {
        ...written(inputs, account),
        acl: "",
        arn: `arn:aws:s3:::${bucket}/${name}`,
        bucketKeyEnabled: false,
        checksumCrc32: "",
        checksumCrc32c: "",
        checksumCrc64nvme: "",
        checksumSha1: "",
        checksumSha256: "",
        contentType: text(inputs, "contentType") ?? "application/octet-stream",
        kmsKeyId: "",
        serverSideEncryption: "AES256",
        storageClass: "STANDARD",
      },
    };
  },
  update: (_current, inputs, account) => written(inputs, account),
};
