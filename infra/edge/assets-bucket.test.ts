import * as pulumi from "@pulumi/pulumi";
import { Children } from "../testing/children.ts";
import { createAssetsBucket, openToDistribution } from "./assets-bucket.ts";

async function make() {
  const children = new Children();
  const component = new pulumi.ComponentResource("test:index:Parent", "parent", {}, children.options);
  const assets = createAssetsBucket(
    "assets",
    { forceDelete: false, protect: false, tags: { team: "a" } },
    component,
  );
  openToDistribution("assets", assets, pulumi.output("arn:distribution"), component);
  return children.all();
}

const UNFINISHED = {
  id: "unfinished-uploads",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
};

it("is private, encrypted, versioned, and knows no access lists", async () => {
  const children = await make();
  const inputs = (type: string) => children[`aws:s3/${type} assets`]?.inputs;
  expect(inputs("bucketPublicAccessBlock:BucketPublicAccessBlock")).toEqual({
    bucket: "assets-id",
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  expect(inputs("bucketOwnershipControls:BucketOwnershipControls")).toEqual({
    bucket: "assets-id",
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
  expect(
    inputs("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
  ).toMatchObject({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] });
  expect(inputs("bucketVersioning:BucketVersioning")).toMatchObject({
    versioningConfiguration: { status: "Enabled" },
  });
});

it("removes what is marked as superseded 30 days after the mark, and nothing that a release has", async () => {
  const children = await make();
  const lifecycle = children["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration assets"];
  expect(lifecycle?.inputs["rules"]).toEqual([
    {
      id: "superseded-assets",
      status: "Enabled",
      filter: { tag: { key: "twinstack:superseded", value: "true" } },
      expiration: { days: 30 },
    },
    {
      id: "earlier-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: 30 },
      expiration: { expiredObjectDeleteMarker: true },
    },
    UNFINISHED,
  ]);
});

it("lets that one distribution read, and nobody without TLS", async () => {
  const children = await make();
  const policy = children["aws:s3/bucketPolicy:BucketPolicy assets"]?.inputs["policy"] as string;
  const from = {
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Condition: { StringEquals: { "aws:SourceArn": "arn:distribution" } },
  };
  expect(JSON.parse(policy)).toEqual({
    Version: "2012-10-17",
    Statement: [
      { Sid: "ReadAssets", ...from, Action: "s3:GetObject", Resource: "arn:assets/*" },
      { Sid: "TellMissing", ...from, Action: "s3:ListBucket", Resource: "arn:assets" },
      {
        Sid: "OnlyWithTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:assets", "arn:assets/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
});
