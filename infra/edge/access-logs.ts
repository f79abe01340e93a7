import * as pulumi from "@pulumi/pulumi";
import { createBucketPolicy, createPrivateBucket, type BucketStatement } from "./private-bucket.ts";

/** Below it lie the load balancer's logs, beside the CDN's. */
export const LOAD_BALANCER_PREFIX = "load-balancer";
export const CDN_PREFIX = "cdn/";

export interface AccessLogsArgs {
  /** Account of the load balancer: its part of the bucket is all that may be written. */
  readonly accountId: string;
  /** Days a log is kept, at least 1. */
  readonly retentionDays: number;
  /** Delete the bucket with logs in it. Default false. */
  readonly forceDelete?: boolean;
  /** Refuse to delete the bucket until this is taken back. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The bucket that the CDN and the load balancer write a line a request to.
 *
 * CloudFront's standard logging writes by an access list, which it adds to the bucket itself: hence the one bucket whose
 * objects' writers are not refused an access list. Who runs `pulumi up` needs s3:GetBucketAcl and s3:PutBucketAcl.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
 *
 * Cost: delivery is free; storage by the gigabyte and month. About 0.5 kB a request and log, compressed to a fifth, in
 * two logs: 100 million requests a month are 20 GB, kept 90 days 60 GB × 0.0245 USD = 1.47 USD a month,
 * and some thousand PUT requests (0.0054 USD a thousand).
 */
export class AccessLogs extends pulumi.ComponentResource {
  /** Known once the load balancer may write to it. */
  readonly bucket: pulumi.Output<string>;
  /** `<bucket>.s3.amazonaws.com`, as CloudFront names it; known once it may change the access list. */
  readonly bucketDomainName: pulumi.Output<string>;

  constructor(name: string, args: AccessLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:edge:AccessLogs", name, {}, opts);

    const made = createPrivateBucket(
      name,
      {
        ...args,
        forceDelete: args.forceDelete ?? false,
        objectOwnership: "BucketOwnerPreferred",
        // A log is written once.
        versioned: false,
        lifecycleRules: [
          {
            id: "old-logs",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days: args.retentionDays },
          },
        ],
      },
      this,
    );
    const policy = createBucketPolicy(
      name,
      made,
      made.bucket.arn.apply((arn) => [deliveryStatement(arn, args.accountId)]),
      this,
    );

    this.bucket = pulumi.all([made.bucket.id, policy.id]).apply(([bucket]) => bucket);
    this.bucketDomainName = pulumi
      .all([made.bucket.bucketDomainName, policy.id])
      .apply(([domainName]) => domainName);
    this.registerOutputs({ bucket: this.bucket, bucketDomainName: this.bucketDomainName });
  }
}

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html */
export function deliveryStatement(bucketArn: string, accountId: string): BucketStatement {
  return {
    Sid: "LoadBalancerLogs",
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn}/${LOAD_BALANCER_PREFIX}/AWSLogs/${accountId}/*`,
  };
}
