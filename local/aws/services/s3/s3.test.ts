import { ASSET_SIGNATURE, SIGNATURE_KEY } from "../../../provider/signatures.ts";
import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { resourceModel } from "../index.ts";
import {
  BUCKET,
  BUCKET_POLICY,
  ENCRYPTION,
  LIFECYCLE,
  LOGGING,
  OBJECT,
  OWNERSHIP_CONTROLS,
  PUBLIC_ACCESS_BLOCK,
  VERSIONING,
} from "./references.ts";

let account: MemoryAccount;
let bucket: StoredResource;
beforeEach(() => {
  account = new MemoryAccount();
  bucket = account.make(BUCKET, { bucket: "files-1" });
});

const check = (type: string, inputs: JsonObject) =>
  resourceModel(type)?.rules?.flatMap((rule) => rule.check(inputs)) ?? [];
const statement = (more: JsonObject = {}): JsonObject => ({
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::files-1/*",
  ...more,
});
const policy = (...statements: readonly JsonObject[]): JsonObject => ({
  bucket: "files-1",
  policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
});

describe("a bucket", () => {
  it("answers as S3 does", () => {
    expect([bucket.id, bucket.outputs]).toMatchObject([
      "files-1",
      {
        arn: "arn:aws:s3:::files-1",
        bucketDomainName: "files-1.s3.amazonaws.com",
        bucketRegionalDomainName: "files-1.s3.eu-central-1.amazonaws.com",
        hostedZoneId: "Z21DNDUVLTQW6Q",
        versioning: { enabled: false, mfaDelete: false },
      },
    ]);
    expect(() => account.make(BUCKET, { bucket: "files-1" })).toThrow("you already own it");
  });

  it.each(["ab", "Files", "a..b", "10.0.0.1", "xn--a", "a-s3alias", "-ab", "ab-"])(
    "is not called %s",
    (name) => {
      expect(check(BUCKET, { bucket: name })).toEqual([
        { property: "bucket", reason: expect.stringContaining("3 to 63 lower-case letters") },
      ]);
    },
  );

  it("goes with objects in it only when that is asked for", () => {
    const object = account.make(OBJECT, { bucket: "files-1", key: "a", content: "a" });
    expect(() => account.remove(bucket)).toThrow("The bucket you tried to delete is not empty");
    account.remove(object);
    account.remove(bucket);
    const forced = account.make(BUCKET, { bucket: "files-1", forceDestroy: true });
    account.make(OBJECT, { bucket: "files-1", key: "a" });
    expect(() => account.remove(forced)).not.toThrow();
  });
});

describe("an object", () => {
  it("has the MD5 of what it holds, and a version where there are versions", () => {
    const object = (key: string): StoredResource =>
      account.make(OBJECT, { bucket: "files-1", key, content: "hello" });
    expect([object("a").id, object("b").outputs]).toMatchObject([
      "files-1/a",
      {
        arn: "arn:aws:s3:::files-1/b",
        etag: "5d41402abc4b2a76b9719d911017c592",
        contentType: "application/octet-stream",
        serverSideEncryption: "AES256",
        versionId: "",
      },
    ]);
    account.make(VERSIONING, { bucket: "files-1", versioningConfiguration: { status: "Enabled" } });
    expect(object("c").outputs["versionId"]).toMatch(/^[\w-]{32}$/);
  });

  it("needs a bucket and a key", () => {
    expect(() => account.make(OBJECT, { bucket: "nowhere", key: "a" })).toThrow(
      "The specified bucket does not exist",
    );
    expect(check(OBJECT, { bucket: "files-1" })).toEqual([
      { property: "key", reason: "is required: the object's name in the bucket" },
    ]);
    expect(check(OBJECT, { key: "ü".repeat(513) })).toEqual([
      { property: "key", reason: "must be 1 to 1024 bytes, got 1026" },
    ]);
  });

  it("says which file it cannot read", () => {
    const source = { [SIGNATURE_KEY]: ASSET_SIGNATURE, path: "/nowhere/a.js", hash: "" };
    expect(() => account.make(OBJECT, { bucket: "files-1", key: "a", source })).toThrow(
      /^the object's file cannot be read: .*no such file or directory, open '\/nowhere\/a\.js'$/,
    );
  });
});

describe("a bucket's policy", () => {
  it("is read as S3 reads it", () => {
    expect(account.make(BUCKET_POLICY, policy(statement())).id).toBe("files-1");
  });

  it.each([
    ["no statement", { bucket: "files-1", policy: "{}" }, "Missing required field Statement"],
    ["no principal", policy(statement({ Principal: [] })), "Missing required field Principal"],
    ["another bucket's objects", policy(statement({ Resource: "arn:aws:s3:::other/*" })), "invalid resource"],
    ["another service's action", policy(statement({ Action: "ec2:RunInstances" })), "invalid action"],
    ["NotPrincipal", policy(statement({ NotPrincipal: "*" })), "NotPrincipal is not modelled"],
    [
      "a condition nobody judges here",
      policy(statement({ Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })),
      "the condition operator IpAddress is not modelled",
    ],
    [
      "anybody at all",
      policy(statement({ Principal: "*" })),
      "public policies are blocked by the BlockPublicPolicy block public access setting",
    ],
  ])("is refused with %s", (_what, inputs, message) => {
    expect(() => account.make(BUCKET_POLICY, inputs)).toThrow(message);
  });

  it("may open the bucket once nothing blocks that", () => {
    account.make(PUBLIC_ACCESS_BLOCK, { bucket: "files-1", blockPublicPolicy: false });
    expect(() => account.make(BUCKET_POLICY, policy(statement({ Principal: "*" })))).not.toThrow();
  });
});

describe("settings", () => {
  it.each([
    [OWNERSHIP_CONTROLS, { rule: { objectOwnership: "Mine" } }, "rule.objectOwnership"],
    [VERSIONING, { versioningConfiguration: { status: "On" } }, "versioningConfiguration.status"],
    [
      ENCRYPTION,
      { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "rot13" } }] },
      "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
    ],
    [LIFECYCLE, { rules: [] }, "rules"],
    [LIFECYCLE, { rules: [{ id: "a", status: "On" }] }, "rules[0].status"],
    [
      LIFECYCLE,
      { rules: [{ id: "a", status: "Enabled", expiration: { days: 0 } }] },
      "rules[0].expiration.days",
    ],
  ])("%s with %j is refused for %s", (type, inputs, property) => {
    expect(check(type, inputs).map((failure) => failure.property)).toEqual([property]);
  });

  it("need their bucket, key and target to be there", () => {
    expect(() => account.make(VERSIONING, { bucket: "nowhere" })).toThrow(
      "The specified bucket does not exist",
    );
    const byKey = { sseAlgorithm: "aws:kms", kmsMasterKeyId: "gone" };
    expect(() =>
      account.make(ENCRYPTION, {
        bucket: "files-1",
        rules: [{ applyServerSideEncryptionByDefault: byKey }],
      }),
    ).toThrow("Key 'gone' does not exist");
    expect(() => account.make(LOGGING, { bucket: "files-1", targetBucket: "nowhere" })).toThrow(
      "The target bucket for logging does not exist",
    );
  });
});
