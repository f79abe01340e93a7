import * as pulumi from "@pulumi/pulumi";
import { Children, value } from "../testing/children.ts";
import { AccessLogs, type AccessLogsArgs } from "./access-logs.ts";

async function make(change: Partial<AccessLogsArgs> = {}) {
  const children = new Children((type, name) =>
    type === "aws:s3/bucket:Bucket" ? { bucketDomainName: `${name}.s3.amazonaws.com` } : {},
  );
  const logs = new AccessLogs(
    "logs",
    { accountId: "111122223333", retentionDays: 90, protect: false, tags: { team: "a" }, ...change },
    children.options,
  );
  const outputs = await value(pulumi.all([logs.bucket, logs.bucketDomainName]));
  return { outputs, children: await children.all() };
}

describe("AccessLogs", () => {
  it("makes these children and no other", async () => {
    const { children, outputs } = await make();
    expect(Object.keys(children).sort()).toEqual([
      "aws:s3/bucket:Bucket logs",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration logs",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls logs",
      "aws:s3/bucketPolicy:BucketPolicy logs",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock logs",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration logs",
      "twinstack:edge:AccessLogs logs",
    ]);
    expect(outputs).toEqual(["logs-id", "logs.s3.amazonaws.com"]);
  });

  it("lets CloudFront put itself on the access list, and load balancers of the account write", async () => {
    const { children } = await make();
    expect(children["aws:s3/bucketOwnershipControls:BucketOwnershipControls logs"]?.inputs).toMatchObject({
      rule: { objectOwnership: "BucketOwnerPreferred" },
    });
    const policy = children["aws:s3/bucketPolicy:BucketPolicy logs"]?.inputs["policy"] as string;
    expect((JSON.parse(policy) as { Statement: unknown[] }).Statement).toEqual([
      {
        Sid: "LoadBalancerLogs",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: "arn:logs/load-balancer/AWSLogs/111122223333/*",
      },
      expect.objectContaining({ Sid: "OnlyWithTls", Effect: "Deny" }),
    ]);
  });

  it("removes logs when their days are over", async () => {
    const { children } = await make({ retentionDays: 14 });
    const lifecycle = children["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration logs"];
    expect((lifecycle?.inputs["rules"] as unknown[])[0]).toEqual({
      id: "old-logs",
      status: "Enabled",
      filter: { prefix: "" },
      expiration: { days: 14 },
    });
  });

  it("is protected, and deleted with logs in it, only when asked", async () => {
    const bucket = "aws:s3/bucket:Bucket logs";
    const asked = await make({ protect: true, forceDelete: true });
    expect(asked.children[bucket]?.options.protect).toBe(true);
    expect(asked.children[bucket]?.inputs).toEqual({ forceDestroy: true, tags: { team: "a" } });
    expect((await make()).children[bucket]?.inputs["forceDestroy"]).toBe(false);
  });
});
