import { randomUUID } from "node:crypto";

import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { number, object, text } from "../fields.ts";
import { eachBetween, eachMatches, eachOneOf } from "../nested-rules.ts";
import { between, longest, matches, oneOf } from "../rules.ts";
import {
  behavioursOf,
  CACHE_POLICY,
  checkName,
  cloudfrontArn,
  newEtag,
  ORIGIN_REQUEST_POLICY,
  refuseWhileUsed,
  RESPONSE_HEADERS_POLICY,
} from "./references.ts";
import { selections, selectionSets } from "./selection.ts";

const API = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_";

/** What the three kinds of policy have alike. `noun` as in CloudFront's error codes, `resource` as in its ARNs. */
function policy(
  model: Omit<ResourceModel, "create" | "update" | "canDelete">,
  { noun, resource, attachedBy }: { noun: string; resource: string; attachedBy: string },
  filled: (inputs: JsonObject) => Record<string, Json> = () => ({}),
): ResourceModel {
  const exists = `${noun}AlreadyExists`;
  return {
    ...model,
    autoname: { property: "name", maxLength: 128 },
    create(inputs, account) {
      checkName(account, model.type, inputs, exists);
      const id = randomUUID();
      return {
        id,
        outputs: { ...filled(inputs), arn: cloudfrontArn(account, `${resource}/${id}`), etag: newEtag() },
      };
    },
    update(current, inputs, account: Account) {
      checkName(account, model.type, inputs, exists, current.id);
      return { ...filled(inputs), etag: newEtag() };
    },
    canDelete({ id }, account) {
      const named = (inputs: JsonObject): boolean =>
        behavioursOf(inputs).some((behaviour) => text(behaviour, attachedBy) === id);
      refuseWhileUsed(
        account,
        named,
        `${noun}InUse`,
        `The policy could not be deleted because it is attached to one or more cache behaviors. (${id})`,
      );
    },
  };
}

const NAME = matches(
  "name",
  /^[\w-]{1,128}$/,
  "1 to 128 letters, digits, - and _",
  `${API}CachePolicyConfig.html`,
);
const COMMENT = longest("comment", 128, `${API}CachePolicyConfig.html`);

const KEY = "parametersInCacheKeyAndForwardedToOrigin";
const TTLS = ["minTtl", "defaultTtl", "maxTtl"] as const;

/** Default 86400 and 31536000, or the minimum where that is longer. */
const ttlOrder: Rule = {
  source: `${API}CachePolicyConfig.html`,
  check(inputs) {
    const [min = 0, byDefault, max] = TTLS.map((key) => {
      const value = inputs[key];
      return typeof value === "number" ? value : undefined;
    });
    if (max !== undefined && min > max) {
      return [{ property: "maxTtl", reason: `must be at least minTtl (${min}), got ${max}` }];
    }
    if (byDefault === undefined || (byDefault >= min && (max === undefined || byDefault <= max))) return [];
    return [
      {
        property: "defaultTtl",
        reason: `must be between minTtl (${min}) and maxTtl (${max}), got ${byDefault}`,
      },
    ];
  },
};

/** With caching off there is no key: CloudFront refuses anything in it. */
const noKeyWithoutCache: Rule = {
  source:
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html",
  check(inputs) {
    if (TTLS.some((key) => inputs[key] !== 0)) return [];
    const key = inputs[KEY];
    if (typeof key !== "object" || key === null) return [];
    const given = key as JsonObject;
    const behaviours = [
      ["headersConfig", "headerBehavior"],
      ["cookiesConfig", "cookieBehavior"],
      ["queryStringsConfig", "queryStringBehavior"],
    ] as const;
    const named = behaviours.find(([block, member]) => {
      const value = object(given, block)?.[member];
      return typeof value === "string" && value !== "none";
    });
    const wrong =
      named?.[0] ??
      ["enableAcceptEncodingGzip", "enableAcceptEncodingBrotli"].find((name) => given[name] === true);
    if (wrong === undefined) return [];
    return [
      {
        property: `${KEY}.${wrong}`,
        reason: "must be none or false when minTtl, defaultTtl and maxTtl are 0: nothing is cached",
      },
    ];
  },
};

export const cachePolicy = policy(
  {
    type: CACHE_POLICY,
    sets: selectionSets(`${KEY}.`),
    rules: [
      NAME,
      COMMENT,
      ...TTLS.map((key) => between(key, 0, 3_153_600_000, `${API}CachePolicyConfig.html`)),
      ttlOrder,
      noKeyWithoutCache,
      selections(`${KEY}.`, ["none", "whitelist"], `${API}ParametersInCacheKeyAndForwardedToOrigin.html`),
    ],
  },
  { noun: "CachePolicy", resource: "cache-policy", attachedBy: "cachePolicyId" },
  (inputs) => ({ minTtl: number(inputs, "minTtl") ?? 0 }),
);

export const originRequestPolicy = policy(
  {
    type: ORIGIN_REQUEST_POLICY,
    sets: selectionSets(""),
    rules: [
      NAME,
      COMMENT,
      selections(
        "",
        ["none", "whitelist", "allViewer", "allViewerAndWhitelistCloudFront", "allExcept"],
        `${API}OriginRequestPolicyConfig.html`,
      ),
    ],
  },
  { noun: "OriginRequestPolicy", resource: "origin-request-policy", attachedBy: "originRequestPolicyId" },
);

const SECURITY =
  "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicySecurityHeadersConfig.html";
const HEADER = /^[!#$%&'*+.^_`|~\w-]+$/;

export const responseHeadersPolicy = policy(
  {
    type: RESPONSE_HEADERS_POLICY,
    notModelled: ["serverTimingHeadersConfig"],
    sets: [
      "customHeadersConfig.items",
      "removeHeadersConfig.items",
      ...["Headers", "Methods", "Origins"].map((kind) => `corsConfig.accessControlAllow${kind}.items`),
      "corsConfig.accessControlExposeHeaders.items",
    ],
    rules: [
      NAME,
      COMMENT,
      oneOf("securityHeadersConfig.frameOptions.frameOption", ["DENY", "SAMEORIGIN"], SECURITY),
      oneOf(
        "securityHeadersConfig.referrerPolicy.referrerPolicy",
        [
          "no-referrer",
          "no-referrer-when-downgrade",
          "origin",
          "origin-when-cross-origin",
          "same-origin",
          "strict-origin",
          "strict-origin-when-cross-origin",
          "unsafe-url",
        ],
        SECURITY,
      ),
      eachBetween(
        "securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec",
        0,
        2_147_483_647,
        SECURITY,
      ),
      eachMatches("customHeadersConfig.items.header", HEADER, "a header's name", SECURITY),
      eachMatches("removeHeadersConfig.items.header", HEADER, "a header's name", SECURITY),
      eachOneOf(
        "corsConfig.accessControlAllowMethods.items",
        ["GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ALL"],
        `${API}ResponseHeadersPolicyAccessControlAllowMethods.html`,
      ),
    ],
  },
  {
    noun: "ResponseHeadersPolicy",
    resource: "response-headers-policy",
    attachedBy: "responseHeadersPolicyId",
  },
);
