/** What CloudFront refuses in a distribution's configuration by itself, before it looks at anything else. */
import type { Rule } from "../../model.ts";
import { placesAt } from "../../nested.ts";
import { eachBetween, eachMatches, eachNumberIn, eachOneOf, unique } from "../nested-rules.ts";
import { longest, matches, oneOf } from "../rules.ts";

const API = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_";
const BEHAVIOURS = ["defaultCacheBehavior", "orderedCacheBehaviors"];

const READ = ["GET", "HEAD"];
const READ_AND_ASK = [...READ, "OPTIONS"];
const ALL = [...READ_AND_ASK, "DELETE", "PATCH", "POST", "PUT"];

/** Methods come in fixed sets alone. */
function methodSet(path: string, sets: readonly (readonly string[])[]): Rule {
  const text = (set: readonly unknown[]): string => [...set].sort().join(", ");
  return {
    source: `${API}AllowedMethods.html`,
    check: (inputs) =>
      placesAt(inputs, path).flatMap(({ property, value }) => {
        const given = value as readonly unknown[];
        if (!Array.isArray(value) || given.some((item) => typeof item !== "string")) return [];
        if (sets.some((set) => text(set) === text([...new Set(given)]))) return [];
        const choices = sets.map((set) => `[${set.join(", ")}]`).join(" or ");
        return [{ property, reason: `must be ${choices}, got [${given.join(", ")}]` }];
      }),
  };
}

/** Every behaviour names an origin that is there. */
const targets: Rule = {
  source: `${API}CreateDistribution.html`,
  check(inputs) {
    const ids = placesAt(inputs, "origins.originId").map(({ value }) => value);
    if (ids.some((id) => typeof id !== "string") || !Array.isArray(inputs["origins"])) return [];
    return BEHAVIOURS.flatMap((block) => placesAt(inputs, `${block}.targetOriginId`)).flatMap(
      ({ property, value }) =>
        typeof value !== "string" || ids.includes(value)
          ? []
          : [
              {
                property,
                reason: `must be the originId of one of the origins (${ids.join(", ")}), got "${value}"`,
              },
            ],
    );
  },
};

const someOrigin: Rule = {
  source: `${API}Origins.html`,
  check: ({ origins }) =>
    Array.isArray(origins) && origins.length === 0
      ? [{ property: "origins", reason: "needs at least one origin" }]
      : [],
};

/** The older forwardedValues are not modelled: policies say what is cached. */
const cachePolicies: Rule = {
  source: `${API}DefaultCacheBehavior.html`,
  check: (inputs) =>
    BEHAVIOURS.flatMap((block) => {
      const named = placesAt(inputs, `${block}.cachePolicyId`).map(({ property }) => property);
      return placesAt(inputs, `${block}.targetOriginId`)
        .map(({ property }) => property.replace(/targetOriginId$/, "cachePolicyId"))
        .filter((property) => !named.includes(property))
        .map((property) => ({ property, reason: "is required: the id of a cache policy" }));
    }),
};

/** An origin is a bucket, a server of its own, or one in a VPC. */
const originKinds: Rule = {
  source: `${API}Origin.html`,
  check: (inputs) =>
    placesAt(inputs, "origins.customOriginConfig")
      .map(({ property }) => property.replace(/\.customOriginConfig$/, ""))
      .filter((origin) =>
        placesAt(inputs, "origins.vpcOriginConfig").some(
          ({ property }) => property === `${origin}.vpcOriginConfig`,
        ),
      )
      .map((origin) => ({
        property: origin,
        reason: "must have one of customOriginConfig and vpcOriginConfig, got both",
      })),
};

const errorPages: Rule = {
  source: `${API}CustomErrorResponse.html`,
  check(inputs) {
    const responses = inputs["customErrorResponses"];
    if (!Array.isArray(responses)) return [];
    return (responses as readonly unknown[]).flatMap((response, index) => {
      if (typeof response !== "object" || response === null) return [];
      const { responseCode, responsePagePath } = response as Readonly<Record<string, unknown>>;
      if ((responseCode === undefined) === (responsePagePath === undefined)) return [];
      const property = `customErrorResponses[${index}]`;
      return [{ property, reason: "must have both responseCode and responsePagePath, or neither" }];
    });
  },
};

const certificate: Rule = {
  source: `${API}ViewerCertificate.html`,
  check(inputs) {
    const given = (key: string): unknown => placesAt(inputs, `viewerCertificate.${key}`)[0]?.value;
    const own = given("acmCertificateArn");
    const byDefault = given("cloudfrontDefaultCertificate");
    if (own === undefined && byDefault !== true) {
      return typeof byDefault === "boolean" || byDefault === undefined
        ? [
            {
              property: "viewerCertificate",
              reason: "needs acmCertificateArn, or cloudfrontDefaultCertificate true",
            },
          ]
        : [];
    }
    if (own === undefined) {
      const aliases = inputs["aliases"];
      return Array.isArray(aliases) && aliases.length > 0
        ? [
            {
              property: "aliases",
              reason:
                "need viewerCertificate.acmCertificateArn: CloudFront's own certificate has none of your names",
            },
          ]
        : [];
    }
    if (typeof own === "string" && !/^arn:aws:acm:us-east-1:\d{12}:certificate\/.+$/.test(own)) {
      return [
        {
          property: "viewerCertificate.acmCertificateArn",
          reason: `must be a certificate of ACM in us-east-1, where CloudFront reads them, got "${own}"`,
        },
      ];
    }
    return given("sslSupportMethod") === undefined
      ? [
          {
            property: "viewerCertificate.sslSupportMethod",
            reason: 'is required with acmCertificateArn; write "sni-only"',
          },
        ]
      : [];
  },
};

const LIMITS = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html";
const PATH = /^\/[\w.\-*$/~"'@:+&?]*$/;

export const distributionRules: readonly Rule[] = [
  someOrigin,
  unique("origins", "originId", `${API}Origins.html`),
  targets,
  cachePolicies,
  originKinds,
  unique("orderedCacheBehaviors", "pathPattern", `${API}CacheBehavior.html`),
  eachMatches(
    "orderedCacheBehaviors.pathPattern",
    /^\/?[\w.\-*$/~"'@:+&?]{1,255}$/,
    "a path with * and ? as wildcards",
    `${API}CacheBehavior.html`,
  ),
  ...BEHAVIOURS.flatMap((block) => [
    methodSet(`${block}.allowedMethods`, [READ, READ_AND_ASK, ALL]),
    methodSet(`${block}.cachedMethods`, [READ, READ_AND_ASK]),
    eachOneOf(
      `${block}.viewerProtocolPolicy`,
      ["allow-all", "https-only", "redirect-to-https"],
      `${API}DefaultCacheBehavior.html`,
    ),
    eachOneOf(
      `${block}.functionAssociations.eventType`,
      ["viewer-request", "viewer-response"],
      `${API}FunctionAssociation.html`,
    ),
  ]),
  eachMatches(
    "origins.domainName",
    /^[\w.-]{1,128}$/,
    "a host's name, without scheme and path",
    `${API}Origin.html`,
  ),
  eachMatches(
    "origins.originPath",
    /^(\/[\w.\-~%@:+&'()/]*[\w.\-~%@:+&'()])?$/,
    "empty or a path that begins with / and does not end with it",
    `${API}Origin.html`,
  ),
  eachMatches(
    "origins.customHeaders.name",
    /^[\w-]+$/,
    "a header's name: letters, digits, - and _",
    `${API}OriginCustomHeader.html`,
  ),
  matches(
    "defaultRootObject",
    /^[\w.\-~%/]{0,255}$/,
    "an object's name such as index.html",
    `${API}DistributionConfig.html`,
  ),
  eachBetween("origins.connectionAttempts", 1, 3, `${API}Origin.html`),
  eachBetween("origins.connectionTimeout", 1, 10, `${API}Origin.html`),
  ...["customOriginConfig", "vpcOriginConfig"].flatMap((block) => [
    eachBetween(`origins.${block}.originReadTimeout`, 1, 120, LIMITS),
    eachBetween(`origins.${block}.originKeepaliveTimeout`, 1, 120, LIMITS),
  ]),
  eachOneOf(
    "origins.customOriginConfig.originProtocolPolicy",
    ["http-only", "match-viewer", "https-only"],
    `${API}CustomOriginConfig.html`,
  ),
  eachOneOf(
    "origins.customOriginConfig.originSslProtocols",
    ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"],
    `${API}CustomOriginConfig.html`,
  ),
  eachNumberIn(
    "customErrorResponses.errorCode",
    [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504],
    `${API}CustomErrorResponse.html`,
  ),
  unique("customErrorResponses", "errorCode", `${API}CustomErrorResponse.html`),
  eachMatches(
    "customErrorResponses.responsePagePath",
    PATH,
    "a path that begins with /",
    `${API}CustomErrorResponse.html`,
  ),
  errorPages,
  oneOf(
    "priceClass",
    ["PriceClass_100", "PriceClass_200", "PriceClass_All"],
    `${API}DistributionConfig.html`,
  ),
  oneOf("httpVersion", ["http1.1", "http2", "http2and3", "http3"], `${API}DistributionConfig.html`),
  oneOf(
    "restrictions.geoRestriction.restrictionType",
    ["none", "whitelist", "blacklist"],
    `${API}GeoRestriction.html`,
  ),
  eachMatches(
    "loggingConfig.bucket",
    /^[a-z0-9.-]+\.s3\.amazonaws\.com$/,
    "a bucket's domain name such as logs.s3.amazonaws.com",
    `${API}LoggingConfig.html`,
  ),
  oneOf(
    "viewerCertificate.sslSupportMethod",
    ["sni-only", "vip", "static-ip"],
    `${API}ViewerCertificate.html`,
  ),
  oneOf(
    "viewerCertificate.minimumProtocolVersion",
    [
      "SSLv3",
      "TLSv1",
      "TLSv1_2016",
      "TLSv1.1_2016",
      "TLSv1.2_2018",
      "TLSv1.2_2019",
      "TLSv1.2_2021",
      "TLSv1.2_2025",
      "TLSv1.3_2025",
    ],
    `${API}ViewerCertificate.html`,
  ),
  certificate,
  longest("comment", 128, `${API}DistributionConfig.html`),
];
