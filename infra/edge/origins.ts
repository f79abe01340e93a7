import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Domain } from "./viewer.ts";

type Origin = aws.types.input.cloudfront.DistributionOrigin;

/** Ids of the distribution's origins. */
export const LOAD_BALANCER_ORIGIN = "load-balancer";
export const BUCKET_ORIGIN = "assets";

/** The load balancer as CloudFront needs to know it. */
export interface OriginLoadBalancer {
  readonly arn: pulumi.Input<string>;
  readonly dnsName: pulumi.Input<string>;
}

/** The internal load balancer, reached through interfaces that CloudFront puts into its subnets. */
export function createLoadBalancerOrigin(
  name: string,
  loadBalancer: OriginLoadBalancer,
  options: {
    readonly distributionName: string;
    readonly domain?: Domain | undefined;
    readonly tags: Readonly<Record<string, string>>;
  },
  parent: pulumi.Resource,
): Origin {
  const vpcOrigin = new aws.cloudfront.VpcOrigin(
    name,
    {
      vpcOriginEndpointConfig: vpcOriginConfig(
        options.distributionName,
        loadBalancer.arn,
        options.domain !== undefined,
      ),
      tags: options.tags,
    },
    { parent },
  );
  return {
    originId: LOAD_BALANCER_ORIGIN,
    domainName: loadBalancer.dnsName,
    vpcOriginConfig: { vpcOriginId: vpcOrigin.id },
  };
}

/**
 * With a name of one's own the load balancer has a certificate of that name, and CloudFront checks it against the Host it
 * forwards. Without one no certificate could fit, and the hop inside the VPC is http.
 */
export function vpcOriginConfig(
  name: string,
  arn: pulumi.Input<string>,
  https: boolean,
): aws.types.input.cloudfront.VpcOriginVpcOriginEndpointConfig {
  return {
    name,
    arn,
    httpPort: 80,
    httpsPort: 443,
    originProtocolPolicy: https ? "https-only" : "http-only",
    originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
  };
}

/** The assets bucket; CloudFront signs every request to it. */
export function createBucketOrigin(name: string, bucket: aws.s3.Bucket, parent: pulumi.Resource): Origin {
  const access = new aws.cloudfront.OriginAccessControl(name, bucketAccessArgs(), { parent });
  return {
    originId: BUCKET_ORIGIN,
    domainName: bucket.bucketRegionalDomainName,
    originAccessControlId: access.id,
  };
}

export function bucketAccessArgs(): aws.cloudfront.OriginAccessControlArgs {
  return {
    description: "Reads the assets bucket",
    originAccessControlOriginType: "s3",
    signingBehavior: "always",
    signingProtocol: "sigv4",
  };
}
