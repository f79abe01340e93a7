/** Policies of CloudFront as the proxy needs them. Their own rules were checked when they were made. */
import { AwsError } from "../../aws/model.ts";
import type { Account } from "../../aws/model.ts";
import {
  CACHE_POLICIES,
  ORIGIN_REQUEST_POLICIES,
  requirePolicyInputs,
  RESPONSE_HEADERS_POLICIES,
} from "../../aws/services/cloudfront/policy-lookup.ts";
import { flag, number, object, objects, text, texts } from "../../aws/services/fields.ts";
import type { JsonObject } from "../../region/protocol.ts";
import { CLOUDFRONT_HEADERS } from "./origin-server.ts";
import type { CachePolicy, Cors, HeaderRule, ResponseHeaders, Selection, Selections } from "./site.ts";

function selection(block: JsonObject, config: string, behaviour: string, items: string): Selection {
  const given = object(block, config) ?? {};
  const names = texts(object(given, items) ?? {}, "items");
  switch (text(given, behaviour) ?? "none") {
    case "all":
    case "allViewer":
    case "allViewerAndWhitelistCloudFront":
      return { take: "all" };
    case "whitelist":
      return { take: "only", names };
    case "allExcept":
      return { take: "except", names };
    default:
      return { take: "none" };
  }
}

/** CloudFront knows a viewer's country and device; loopback has none. */
function checkHeaders(block: JsonObject, where: string): void {
  const names = texts(object(object(block, "headersConfig") ?? {}, "headers") ?? {}, "items");
  const wrong = names.find(
    (name) => /^cloudfront-/i.test(name) && !CLOUDFRONT_HEADERS.has(name.toLowerCase()),
  );
  if (wrong === undefined) return;
  const known = [...CLOUDFRONT_HEADERS.keys()].join(", ");
  throw new AwsError(
    "InvalidArgument",
    `the header ${wrong} in the ${where} is not emulated: of CloudFront's own headers only ${known} are`,
  );
}

function selections(block: JsonObject, where: string): Selections {
  checkHeaders(block, where);
  return {
    headers: selection(block, "headersConfig", "headerBehavior", "headers"),
    cookies: selection(block, "cookiesConfig", "cookieBehavior", "cookies"),
    query: selection(block, "queryStringsConfig", "queryStringBehavior", "queryStrings"),
  };
}

export const NOTHING: Selections = {
  headers: { take: "none" },
  cookies: { take: "none" },
  query: { take: "none" },
};

/** Undefined when every time is 0: that is how caching is turned off. */
export function readCachePolicy(account: Account, id: string): CachePolicy | undefined {
  const inputs = requirePolicyInputs(account, CACHE_POLICIES, id);
  const key = object(inputs, "parametersInCacheKeyAndForwardedToOrigin") ?? {};
  const min = number(inputs, "minTtl") ?? 0;
  const max = Math.max(number(inputs, "maxTtl") ?? 31_536_000, min);
  const ttl = { min, default: Math.min(Math.max(number(inputs, "defaultTtl") ?? 86_400, min), max), max };
  if (ttl.max === 0) return undefined;
  const encodings = [
    ...(flag(key, "enableAcceptEncodingBrotli") === true ? ["br"] : []),
    ...(flag(key, "enableAcceptEncodingGzip") === true ? ["gzip"] : []),
  ];
  return { ttl, key: selections(key, "cache policy"), encodings };
}

export function readOriginRequestPolicy(account: Account, id: string | undefined): Selections {
  if (id === undefined || id === "") return NOTHING;
  return selections(requirePolicyInputs(account, ORIGIN_REQUEST_POLICIES, id), "origin request policy");
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html */
function securityHeaders(config: JsonObject): readonly HeaderRule[] {
  const rule = (block: string, name: string, value: (given: JsonObject) => string): readonly HeaderRule[] => {
    const given = object(config, block);
    return given === undefined
      ? []
      : [{ name, value: value(given), override: flag(given, "override") === true }];
  };
  return [
    ...rule(
      "contentSecurityPolicy",
      "Content-Security-Policy",
      (given) => text(given, "contentSecurityPolicy") ?? "",
    ),
    ...rule("contentTypeOptions", "X-Content-Type-Options", () => "nosniff"),
    ...rule("frameOptions", "X-Frame-Options", (given) => text(given, "frameOption") ?? ""),
    ...rule("referrerPolicy", "Referrer-Policy", (given) => text(given, "referrerPolicy") ?? ""),
    ...rule("strictTransportSecurity", "Strict-Transport-Security", (given) =>
      [
        `max-age=${number(given, "accessControlMaxAgeSec") ?? 0}`,
        ...(flag(given, "includeSubdomains") === true ? ["includeSubDomains"] : []),
        ...(flag(given, "preload") === true ? ["preload"] : []),
      ].join("; "),
    ),
    ...rule("xssProtection", "X-XSS-Protection", (given) =>
      [
        flag(given, "protection") === true ? "1" : "0",
        ...(flag(given, "modeBlock") === true ? ["mode=block"] : []),
        ...(text(given, "reportUri") === undefined ? [] : [`report=${text(given, "reportUri")}`]),
      ].join("; "),
    ),
  ];
}

const EVERY_METHOD = "GET, DELETE, HEAD, OPTIONS, PATCH, POST, PUT";

function readCors(config: JsonObject): Cors {
  const items = (block: string): readonly string[] => texts(object(config, block) ?? {}, "items");
  const methods = items("accessControlAllowMethods");
  const exposed = items("accessControlExposeHeaders");
  const age = number(config, "accessControlMaxAgeSec");
  const headers = new Map([
    ["Access-Control-Allow-Methods", methods.includes("ALL") ? EVERY_METHOD : methods.join(", ")],
    ["Access-Control-Allow-Headers", items("accessControlAllowHeaders").join(", ")],
  ]);
  if (exposed.length > 0) headers.set("Access-Control-Expose-Headers", exposed.join(", "));
  if (age !== undefined) headers.set("Access-Control-Max-Age", String(age));
  if (flag(config, "accessControlAllowCredentials") === true) {
    headers.set("Access-Control-Allow-Credentials", "true");
  }
  return {
    origins: items("accessControlAllowOrigins"),
    headers,
    override: flag(config, "originOverride") === true,
  };
}

export function readResponseHeaders(account: Account, id: string | undefined): ResponseHeaders | undefined {
  if (id === undefined || id === "") return undefined;
  const inputs = requirePolicyInputs(account, RESPONSE_HEADERS_POLICIES, id);
  const items = (block: string): readonly JsonObject[] => objects(object(inputs, block) ?? {}, "items");
  const cors = object(inputs, "corsConfig");
  return {
    set: [
      ...securityHeaders(object(inputs, "securityHeadersConfig") ?? {}),
      ...items("customHeadersConfig").map((item) => ({
        name: text(item, "header") ?? "",
        value: text(item, "value") ?? "",
        override: flag(item, "override") === true,
      })),
    ],
    remove: items("removeHeadersConfig").map((item) => text(item, "header") ?? ""),
    cors: cors === undefined ? undefined : readCors(cors),
  };
}
