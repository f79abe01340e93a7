import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What the load balancer gets of a request, beside the cache key. */
export interface OriginRequests {
  /** The files' requests: every header, the viewer's Host among them; no cookie, and so no Set-Cookie is cached. */
  readonly assets: aws.cloudfront.OriginRequestPolicy;
  /** The request as the viewer sent it. */
  readonly viewer: aws.cloudfront.OriginRequestPolicy;
}

export function createOriginRequests(name: string, parent: pulumi.Resource): OriginRequests {
  return {
    assets: new aws.cloudfront.OriginRequestPolicy(
      `${name}-assets`,
      originRequestArgs("Files: headers alone", "none"),
      { parent },
    ),
    viewer: new aws.cloudfront.OriginRequestPolicy(
      `${name}-viewer`,
      originRequestArgs("As the viewer sent it", "all"),
      { parent },
    ),
  };
}

/** Never for the bucket: S3 takes a request with the viewer's Host for one to another bucket. */
export function originRequestArgs(
  comment: string,
  rest: "all" | "none",
): aws.cloudfront.OriginRequestPolicyArgs {
  return {
    comment,
    headersConfig: { headerBehavior: "allViewer" },
    cookiesConfig: { cookieBehavior: rest },
    queryStringsConfig: { queryStringBehavior: rest },
  };
}
