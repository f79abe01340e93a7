/**
 * The policies that CloudFront keeps, with the ids they have in every account; those a program is likely to use.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
 */
import type { JsonObject } from "../../../region/protocol.ts";

/** A managed policy with the inputs that would make it. */
export interface ManagedPolicy {
  readonly id: string;
  readonly inputs: JsonObject & { readonly name: string };
}

const YEAR = 31_536_000;
const DAY = 86_400;

function cachePolicy(
  id: string,
  name: string,
  [minTtl, defaultTtl, maxTtl]: readonly [number, number, number],
  compressed: boolean,
): ManagedPolicy {
  return {
    id,
    inputs: {
      name: `Managed-${name}`,
      comment: "",
      minTtl,
      defaultTtl,
      maxTtl,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "none" },
        enableAcceptEncodingBrotli: compressed,
        enableAcceptEncodingGzip: compressed,
      },
    },
  };
}

export const MANAGED_CACHE_POLICIES: readonly ManagedPolicy[] = [
  cachePolicy("658327ea-f89d-4fab-a63d-7e88639e58f6", "CachingOptimized", [1, DAY, YEAR], true),
  cachePolicy("4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "CachingDisabled", [0, 0, 0], false),
  cachePolicy(
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
    "CachingOptimizedForUncompressedObjects",
    [1, DAY, YEAR],
    false,
  ),
];

function originRequest(
  id: string,
  name: string,
  rest: "all" | "none",
  headersConfig: JsonObject,
): ManagedPolicy {
  return {
    id,
    inputs: {
      name: `Managed-${name}`,
      comment: "",
      cookiesConfig: { cookieBehavior: rest },
      headersConfig,
      queryStringsConfig: { queryStringBehavior: rest },
    },
  };
}

const only = (...items: readonly string[]): JsonObject => ({
  headerBehavior: "whitelist",
  headers: { items },
});

export const MANAGED_ORIGIN_REQUEST_POLICIES: readonly ManagedPolicy[] = [
  originRequest("216adef6-5c7f-47e4-b989-5492eafa07d3", "AllViewer", "all", { headerBehavior: "allViewer" }),
  originRequest("b689b0a8-53d0-40ab-baf2-68738e2966ac", "AllViewerExceptHostHeader", "all", {
    headerBehavior: "allExcept",
    headers: { items: ["host"] },
  }),
  originRequest(
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    "CORS-S3Origin",
    "none",
    only("origin", "access-control-request-headers", "access-control-request-method"),
  ),
  originRequest("59781a5b-3903-41f3-afcb-af62929ccde1", "CORS-CustomOrigin", "none", only("origin")),
  originRequest(
    "acba4595-bd28-49b8-b9fe-13317c0390fa",
    "UserAgentRefererHeaders",
    "none",
    only("user-agent", "referer"),
  ),
];

export const MANAGED_RESPONSE_HEADERS_POLICIES: readonly ManagedPolicy[] = [
  {
    id: "67f7725c-6f97-4210-82d7-5512b31e9d03",
    inputs: {
      name: "Managed-SecurityHeadersPolicy",
      comment: "",
      securityHeadersConfig: {
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "SAMEORIGIN", override: false },
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
        strictTransportSecurity: { accessControlMaxAgeSec: YEAR, override: false },
        xssProtection: { protection: true, modeBlock: true, override: false },
      },
    },
  },
];
