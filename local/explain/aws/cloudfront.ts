import type { ExplainTable } from "../classification.ts";

const NGINX = "nginx";
const HTTP = "viewers come by http on loopback: no certificate is shown";
const RECORDED = "recorded: nobody reads it here";
const BEHAVIOUR = [
  "allowedMethods",
  "cachePolicyId",
  "compress",
  "originRequestPolicyId",
  "responseHeadersPolicyId",
  "targetOriginId",
];

export const cloudfront: ExplainTable = {
  "aws:cloudfront/cachePolicy:CachePolicy": {
    enforced: {
      [NGINX]: [
        "defaultTtl",
        "maxTtl",
        "minTtl",
        "parametersInCacheKeyAndForwardedToOrigin.cookiesConfig.cookieBehavior",
        "parametersInCacheKeyAndForwardedToOrigin.enableAcceptEncodingGzip",
        "parametersInCacheKeyAndForwardedToOrigin.headersConfig.headerBehavior",
        "parametersInCacheKeyAndForwardedToOrigin.headersConfig.headers.items",
        "parametersInCacheKeyAndForwardedToOrigin.queryStringsConfig.queryStringBehavior",
      ],
      "nginx: in the cache key and to the origin; brotli is passed on, not made": [
        "parametersInCacheKeyAndForwardedToOrigin.enableAcceptEncodingBrotli",
      ],
    },
    stored: { [RECORDED]: ["comment"] },
  },
  "aws:cloudfront/distribution:Distribution": {
    enforced: {
      [NGINX]: [
        "customErrorResponses.errorCachingMinTtl",
        "customErrorResponses.errorCode",
        "customErrorResponses.responseCode",
        "customErrorResponses.responsePagePath",
        ...BEHAVIOUR.map((key) => `defaultCacheBehavior.${key}`),
        "enabled",
        "loggingConfig.includeCookies",
        ...BEHAVIOUR.map((key) => `orderedCacheBehaviors.${key}`),
        "orderedCacheBehaviors.pathPattern",
        "origins.domainName",
        "origins.originAccessControlId",
        "origins.originId",
        "origins.vpcOriginConfig.vpcOriginId",
        "webAclId",
      ],
      "nginx; anything but allow-all is refused": [
        "defaultCacheBehavior.viewerProtocolPolicy",
        "orderedCacheBehaviors.viewerProtocolPolicy",
      ],
      "nginx; OPTIONS is refused": [
        "defaultCacheBehavior.cachedMethods",
        "orderedCacheBehaviors.cachedMethods",
      ],
      "anything but none is refused": ["restrictions.geoRestriction.restrictionType"],
    },
    stored: {
      [RECORDED]: ["comment", "tags"],
      "one distribution has a name; viewers use the loopback address": ["aliases"],
      "the log is one local file; the bucket's ownership is checked": ["loggingConfig.bucket"],
      "the log is one local file": ["loggingConfig.prefix"],
      [HTTP]: [
        "viewerCertificate.acmCertificateArn",
        "viewerCertificate.minimumProtocolVersion",
        "viewerCertificate.sslSupportMethod",
      ],
    },
    inert: {
      [HTTP]: ["viewerCertificate.cloudfrontDefaultCertificate"],
      "nginx on loopback speaks HTTP/1.1 to viewers": ["httpVersion"],
      "there is no IPv6 here": ["isIpv6Enabled"],
      "there is one location": ["priceClass"],
    },
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": {
    enforced: {
      "anything but s3 is refused": ["originAccessControlOriginType"],
      "requests to a bucket are signed always or never; no-override is refused": ["signingBehavior"],
    },
    stored: {
      [RECORDED]: ["description"],
      "one value alone is accepted, and sent": ["signingProtocol"],
    },
  },
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": {
    enforced: {
      [NGINX]: [
        "cookiesConfig.cookieBehavior",
        "headersConfig.headerBehavior",
        "queryStringsConfig.queryStringBehavior",
      ],
    },
    stored: { [RECORDED]: ["comment"] },
  },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
    enforced: {
      [NGINX]: [
        "securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy",
        "securityHeadersConfig.contentSecurityPolicy.override",
        "securityHeadersConfig.contentTypeOptions.override",
        "securityHeadersConfig.frameOptions.frameOption",
        "securityHeadersConfig.frameOptions.override",
        "securityHeadersConfig.referrerPolicy.override",
        "securityHeadersConfig.referrerPolicy.referrerPolicy",
        "securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec",
        "securityHeadersConfig.strictTransportSecurity.includeSubdomains",
        "securityHeadersConfig.strictTransportSecurity.override",
      ],
    },
    stored: { [RECORDED]: ["comment"] },
  },
  "aws:cloudfront/vpcOrigin:VpcOrigin": {
    enforced: {
      [NGINX]: ["vpcOriginEndpointConfig.httpPort"],
      "nginx by http; https-only is refused": ["vpcOriginEndpointConfig.originProtocolPolicy"],
    },
    stored: {
      [RECORDED]: ["tags", "vpcOriginEndpointConfig.name"],
      "the load balancer must exist; requests go to the origin's domainName": ["vpcOriginEndpointConfig.arn"],
      "origins are asked by http": [
        "vpcOriginEndpointConfig.httpsPort",
        "vpcOriginEndpointConfig.originSslProtocols.items",
        "vpcOriginEndpointConfig.originSslProtocols.quantity",
      ],
    },
  },
};
