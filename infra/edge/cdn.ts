import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CDN_PREFIX } from "./access-logs.ts";
import { createAssetsBucket, openToDistribution } from "./assets-bucket.ts";
import {
  defaultBehaviour,
  orderedBehaviours,
  type AssetsSource,
  type BehaviourOptions,
} from "./behaviours.ts";
import { createCachePolicies } from "./cache-policies.ts";
import { customErrorResponses } from "./error-responses.ts";
import { createOriginRequests } from "./origin-requests.ts";
import { createBucketOrigin, createLoadBalancerOrigin, type OriginLoadBalancer } from "./origins.ts";
import { responseHeadersArgs } from "./response-headers.ts";
import { scheme, viewerCertificate, type Domain, type ViewerProtocol } from "./viewer.ts";
import { createWebAcl, type FirewallOptions } from "./web-acl.ts";

/** Which of CloudFront's locations serve: 100 Europe and North America, 200 all but South America and Oceania. */
export type PriceClass = "PriceClass_100" | "PriceClass_200" | "PriceClass_All";

export interface CdnArgs {
  /** Name in CloudFront's lists and of the firewall's log group, unique in the account, e.g. `twinstack-staging`. */
  readonly distributionName: string;
  /** The internal load balancer, in a VPC with an internet gateway: CloudFront demands one, though nothing goes through it. */
  readonly loadBalancer: OriginLoadBalancer;
  readonly viewerProtocol: ViewerProtocol;
  /**
   * Where `/assets/*` comes from. Only `bucket` lets a page that was loaded before a switch find its files after it; the
   * releases upload them before they serve. Changed to it while a colour serves, that colour is to be released once more
   * right after (with the same image): its files are not there yet.
   */
  readonly assetsFrom: AssetsSource;
  readonly priceClass: PriceClass;
  /** A name of one's own; default CloudFront's. With it CloudFront speaks https alone to the load balancer. */
  readonly domain?: Domain | undefined;
  readonly firewall: FirewallOptions;
  /** Bucket for a line a request, by its domain name, whose access list CloudFront may change; default none. */
  readonly logBucketDomainName?: pulumi.Input<string> | undefined;
  /** Delete the assets bucket with files in it. Default false. */
  readonly forceDelete?: boolean;
  /** Refuse to delete distribution and assets until this is taken back. A new distribution has another domain name. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The distribution in front of the internal load balancer, the bucket of hashed assets, and the firewall.
 *
 * Cost (Europe, list prices in USD a month, not checked against an account; the first 1 TB and 10 million requests are free):
 * - Requests by https 0.012 a 10,000, traffic to viewers 0.085 a GB: 100 million requests of 10 kB each are
 *   90 million × 0.012 / 10,000 = 108, and 1,000 GB, within the free terabyte, 0.
 * - Firewall: web ACL 5, three rules 3 × 1, requests 0.60 a million: 100 × 0.60 = 60; together 68. Logs of what
 *   is refused by the gigabyte.
 * - VPC origin, access control, policies and the certificate: free. Traffic from the load balancer to CloudFront: free.
 * - Assets: below a gigabyte in S3, 0.03.
 */
export class Cdn extends pulumi.ComponentResource {
  /** Where viewers go: `https://quiz.example.com`. */
  readonly url: pulumi.Output<string>;
  /** CloudFront's own name for it: what a domain's DNS record points to. */
  readonly domainName: pulumi.Output<string>;
  readonly distributionId: pulumi.Output<string>;
  /** The bucket of hashed assets, by name. */
  readonly assetsBucket: pulumi.Output<string>;
  readonly assetsBucketArn: pulumi.Output<string>;

  constructor(name: string, args: CdnArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:edge:Cdn", name, {}, opts);
    const parent = { parent: this };

    const assets = createAssetsBucket(
      `${name}-assets`,
      { ...args, forceDelete: args.forceDelete ?? false },
      this,
    );
    const origins = [createLoadBalancerOrigin(name, args.loadBalancer, args, this)];
    if (args.assetsFrom === "bucket") {
      origins.push(createBucketOrigin(`${name}-assets`, assets.bucket, this));
    }
    const webAcl = createWebAcl(name, { ...args.firewall, ...args }, this);
    const distribution = new aws.cloudfront.Distribution(
      name,
      distributionArgs(args, origins, createBehaviourOptions(name, args, this), webAcl.arn),
      { ...parent, protect: args.protect },
    );
    if (args.assetsFrom === "bucket") {
      openToDistribution(`${name}-assets`, assets, distribution.arn, this);
    }

    this.domainName = distribution.domainName;
    this.url = pulumi.interpolate`${scheme(args.viewerProtocol)}://${args.domain?.name ?? distribution.domainName}`;
    this.distributionId = distribution.id;
    this.assetsBucket = assets.bucket.id;
    this.assetsBucketArn = assets.bucket.arn;
    this.registerOutputs({
      url: this.url,
      domainName: this.domainName,
      distributionId: this.distributionId,
      assetsBucket: this.assetsBucket,
      assetsBucketArn: this.assetsBucketArn,
    });
  }
}

/** The policies that the behaviours share. */
function createBehaviourOptions(name: string, args: CdnArgs, parent: pulumi.Resource): BehaviourOptions {
  const cache = createCachePolicies(name, parent);
  const requests = createOriginRequests(name, parent);
  const headers = new aws.cloudfront.ResponseHeadersPolicy(name, responseHeadersArgs(args.viewerProtocol), {
    parent,
  });
  return {
    viewerProtocol: args.viewerProtocol,
    assetsFrom: args.assetsFrom,
    cachePolicyIds: { assets: cache.assets.id, dynamic: cache.dynamic.id },
    originRequestPolicyIds: { assets: requests.assets.id, viewer: requests.viewer.id },
    responseHeadersPolicyId: headers.id,
  };
}

export function distributionArgs(
  args: CdnArgs,
  origins: aws.types.input.cloudfront.DistributionOrigin[],
  behaviours: BehaviourOptions,
  webAclArn: pulumi.Input<string>,
): aws.cloudfront.DistributionArgs {
  const { domain, logBucketDomainName } = args;
  return {
    comment: args.distributionName,
    enabled: true,
    isIpv6Enabled: true,
    httpVersion: "http2and3",
    priceClass: args.priceClass,
    ...(domain ? { aliases: [domain.name] } : {}),
    viewerCertificate: viewerCertificate(domain),
    origins,
    defaultCacheBehavior: defaultBehaviour(behaviours),
    orderedCacheBehaviors: orderedBehaviours(behaviours),
    customErrorResponses: customErrorResponses(args.assetsFrom),
    restrictions: { geoRestriction: { restrictionType: "none" } },
    // By ARN: an id is the older firewall's.
    webAclId: webAclArn,
    ...(logBucketDomainName === undefined
      ? {}
      : { loggingConfig: { bucket: logBucketDomainName, prefix: CDN_PREFIX, includeCookies: false } }),
    tags: args.tags,
  };
}
