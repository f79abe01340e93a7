/** The distribution that infra/edge makes, with its own policies. */
import type { JsonObject } from "../../region/protocol.ts";
import { ACL_ARN } from "./testing.ts";
import type { TestEdge } from "./testing.ts";

export const PREVIEW = "X-Twinstack-Preview";
export const BUCKET = "cdn-assets-1";
const READ = ["GET", "HEAD"];
const ALL = [...READ, "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];
export const FOREVER = "public, max-age=31536000, immutable";

const common = {
  viewerProtocolPolicy: "allow-all",
  cachedMethods: READ,
  compress: true,
  responseHeadersPolicyId: "headers",
};
const dynamic = (allowedMethods: readonly string[]): JsonObject => ({
  ...common,
  targetOriginId: "load-balancer",
  allowedMethods,
  cachePolicyId: "dynamic",
  originRequestPolicyId: "viewer",
});
const served: JsonObject = {
  ...common,
  targetOriginId: "load-balancer",
  allowedMethods: READ,
  cachePolicyId: "assets",
  originRequestPolicyId: "files",
};
const stored: JsonObject = {
  ...common,
  targetOriginId: "assets",
  allowedMethods: READ,
  cachePolicyId: "assets",
};

/** Inputs of the distribution. */
export function platform(edge: TestEdge, assetsFrom: "load-balancer" | "bucket"): JsonObject {
  const fromBucket = assetsFrom === "bucket";
  const known = edge.distribution();
  const [balancer] = known["origins"] as readonly JsonObject[];
  return {
    ...known,
    comment: "twinstack-test",
    isIpv6Enabled: true,
    httpVersion: "http2and3",
    priceClass: "PriceClass_100",
    webAclId: ACL_ARN,
    origins: [
      { ...balancer, originId: "load-balancer" },
      ...(fromBucket
        ? [
            {
              originId: "assets",
              domainName: `${BUCKET}.s3.eu-central-1.amazonaws.com`,
              originAccessControlId: "access",
            },
          ]
        : []),
    ],
    defaultCacheBehavior: dynamic([...READ, "OPTIONS"]),
    orderedCacheBehaviors: [
      { pathPattern: "/api/*", ...dynamic(ALL) },
      { pathPattern: "/assets/*", ...(fromBucket ? stored : served) },
      ...(fromBucket ? [{ pathPattern: "/errors/*", ...stored }] : []),
    ],
    customErrorResponses: [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504].map((errorCode) => ({
      errorCode,
      errorCachingMinTtl: 0,
      ...(fromBucket && errorCode > 501
        ? { responseCode: errorCode, responsePagePath: "/errors/unavailable.html" }
        : {}),
    })),
    loggingConfig: { bucket: "logs.s3.amazonaws.com", prefix: "cdn/", includeCookies: false },
  };
}

/** The policies and the web ACL that it names. */
export function putPolicies(edge: TestEdge): void {
  const encodings = { enableAcceptEncodingBrotli: true, enableAcceptEncodingGzip: true };
  const headers = (...items: readonly string[]): JsonObject => ({
    headersConfig: { headerBehavior: "whitelist", headers: { items } },
  });
  edge.cachePolicy("assets", [0, 86_400, 31_536_000], { ...headers(PREVIEW), ...encodings });
  edge.cachePolicy("dynamic", [0, 0, 3600], {
    ...headers("Authorization", PREVIEW),
    cookiesConfig: { cookieBehavior: "all" },
    queryStringsConfig: { queryStringBehavior: "all" },
    ...encodings,
  });
  for (const [id, rest] of [
    ["files", "none"],
    ["viewer", "all"],
  ] as const) {
    edge.put("aws:cloudfront/originRequestPolicy:OriginRequestPolicy", id, {
      headersConfig: { headerBehavior: "allViewer" },
      cookiesConfig: { cookieBehavior: rest },
      queryStringsConfig: { queryStringBehavior: rest },
    });
  }
  edge.put("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "headers", {
    securityHeadersConfig: {
      contentSecurityPolicy: {
        contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        override: false,
      },
      contentTypeOptions: { override: false },
      frameOptions: { frameOption: "DENY", override: false },
      referrerPolicy: { referrerPolicy: "no-referrer", override: false },
    },
  });
  const visibilityConfig = { cloudwatchMetricsEnabled: true, metricName: "m", sampledRequestsEnabled: true };
  edge.put(
    "aws:wafv2/webAcl:WebAcl",
    "acl",
    {
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      rules: [
        {
          name: "rate",
          priority: 0,
          action: { block: {} },
          statement: {
            rateBasedStatement: { limit: 2_000_000, evaluationWindowSec: 60, aggregateKeyType: "IP" },
          },
          visibilityConfig,
        },
        {
          name: "AWSManagedRulesCommonRuleSet",
          priority: 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" },
          },
          visibilityConfig,
        },
      ],
    },
    { arn: ACL_ARN },
  );
}

/** The app: pages are no-cache, files have a hash, answers of the API are somebody's. */
export function answerAsApp(edge: TestEdge): void {
  edge.answer = (request, response, count) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://origin");
    const said = searchParams.get("cc") ?? (pathname.startsWith("/assets/") ? FOREVER : "no-cache");
    response.setHeader("cache-control", said).setHeader("content-type", "text/plain");
    if (searchParams.has("cookie")) response.setHeader("set-cookie", "session=secret");
    const who = request.headers.authorization ?? request.headers.cookie ?? "nobody";
    response.end(`${count} ${String(request.headers[PREVIEW.toLowerCase()] ?? "live")} ${who}`);
  };
}
