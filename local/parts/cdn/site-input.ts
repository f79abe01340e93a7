/** A distribution of the record as the part serves it. What it cannot do is refused, with what to write instead. */
import { AwsError } from "../../aws/model.ts";
import type { Account } from "../../aws/model.ts";
import { ORIGIN_ACCESS_CONTROL, requireVpcOrigin } from "../../aws/services/cloudfront/references.ts";
import { flag, number, object, objects, text, texts } from "../../aws/services/fields.ts";
import { bucketOfDomainName } from "../../aws/services/s3/references.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import { readFirewall } from "./firewall-input.ts";
import { readCachePolicy, readOriginRequestPolicy, readResponseHeaders } from "./policy-input.ts";
import { unionOf } from "./selection.ts";
import type { Behaviour, ErrorResponse, Origin, Site } from "./site.ts";
import { DEFAULT_ERROR_TTL } from "./ttl.ts";

/** Where the region answers for buckets. */
export const BUCKET_SOCKET = "bucket.sock";

export interface SiteContext {
  readonly account: Account;
  /** Addresses of a name in the VPC's DNS. */
  readonly resolve: (name: string) => readonly string[];
}

function emulatedOnly(holds: boolean, key: string, expected: string): void {
  if (!holds) throw new AwsError("InvalidArgument", `'${key}' is emulated only as ${expected}`);
}

/** Behind the VPC origin or the origin's own settings: what it speaks, and its times in seconds. */
function endpoint(
  origin: JsonObject,
  account: Account,
): { readonly port: number; readonly config: JsonObject } {
  const vpc = object(origin, "vpcOriginConfig");
  const custom = object(origin, "customOriginConfig");
  const spoken =
    vpc === undefined
      ? (custom ?? {})
      : (object(
          requireVpcOrigin(account, text(vpc, "vpcOriginId") ?? "").inputs,
          "vpcOriginEndpointConfig",
        ) ?? {});
  emulatedOnly(
    text(spoken, "originProtocolPolicy") !== "https-only",
    "originProtocolPolicy",
    "http-only or match-viewer: behind loopback there is no certificate to check",
  );
  return { port: number(spoken, "httpPort") ?? 80, config: vpc ?? custom ?? {} };
}

/** By origin access control. `no-override` would need to know whose Authorization the bucket ought to believe. */
function isSigned(origin: JsonObject, account: Account): boolean {
  const access = account.get(ORIGIN_ACCESS_CONTROL, text(origin, "originAccessControlId") ?? "");
  const behaviour = text(access?.inputs ?? {}, "signingBehavior");
  emulatedOnly(behaviour !== "no-override", "signingBehavior", "always or never");
  return behaviour === "always";
}

function readOrigin(origin: JsonObject, index: number, context: SiteContext): Origin {
  const domainName = text(origin, "domainName") ?? "";
  const bucket =
    origin["vpcOriginConfig"] === undefined && origin["customOriginConfig"] === undefined
      ? bucketOfDomainName(domainName)
      : undefined;
  const { port, config } = endpoint(origin, context.account);
  emulatedOnly(
    bucket !== undefined ||
      origin["vpcOriginConfig"] !== undefined ||
      origin["customOriginConfig"] !== undefined,
    `domainName of the origin ${text(origin, "originId") ?? ""}`,
    "a bucket's (<bucket>.s3.<region>.amazonaws.com) when there is neither vpcOriginConfig nor customOriginConfig",
  );
  return {
    name: `origin_${index}`,
    domainName,
    servers:
      bucket === undefined
        ? context.resolve(domainName).map((address) => `${address}:${port}`)
        : [`unix:${BUCKET_SOCKET}`],
    bucket: bucket !== undefined,
    signed: isSigned(origin, context.account),
    path: text(origin, "originPath") ?? "",
    headers: objects(origin, "customHeaders").map((header) => ({
      name: text(header, "name") ?? "",
      value: text(header, "value") ?? "",
    })),
    connectTimeout: number(origin, "connectionTimeout") ?? 10,
    readTimeout: number(config, "originReadTimeout") ?? 30,
    keepalive: number(config, "originKeepaliveTimeout") ?? 5,
  };
}

function readBehaviour(
  inputs: JsonObject,
  origins: ReadonlyMap<string, Origin>,
  { account }: SiteContext,
): Behaviour {
  emulatedOnly(
    text(inputs, "viewerProtocolPolicy") === "allow-all",
    "viewerProtocolPolicy",
    "allow-all: viewers come by http, for no browser trusts a certificate of loopback",
  );
  emulatedOnly(
    objects(inputs, "functionAssociations").length === 0,
    "functionAssociations",
    "nothing: no function's code is run",
  );
  emulatedOnly(
    !texts(inputs, "cachedMethods").includes("OPTIONS"),
    "cachedMethods",
    "[GET, HEAD]: this cache has no OPTIONS",
  );
  const target = text(inputs, "targetOriginId") ?? "";
  const origin = origins.get(target);
  if (origin === undefined) {
    throw new AwsError("NoSuchOrigin", "One or more of your origins or origin groups do not exist.");
  }
  const cache = readCachePolicy(account, text(inputs, "cachePolicyId") ?? "");
  return {
    pattern: text(inputs, "pathPattern"),
    origin,
    methods: texts(inputs, "allowedMethods"),
    cache,
    forward: unionOf(cache?.key, readOriginRequestPolicy(account, text(inputs, "originRequestPolicyId"))),
    headers: readResponseHeaders(account, text(inputs, "responseHeadersPolicyId")),
    compress: flag(inputs, "compress") === true,
  };
}

function readError(inputs: JsonObject): ErrorResponse {
  const path = text(inputs, "responsePagePath");
  const code = number(inputs, "errorCode") ?? 0;
  return {
    code,
    minTtl: number(inputs, "errorCachingMinTtl") ?? DEFAULT_ERROR_TTL,
    page:
      path === undefined || path === ""
        ? undefined
        : { path, status: number(inputs, "responseCode") ?? code },
  };
}

export function readSite(
  { id, inputs, outputs }: StoredResource,
  port: number,
  domainName: string,
  context: SiteContext,
): Site {
  const origins = new Map(
    objects(inputs, "origins").map((origin, index) => [
      text(origin, "originId") ?? "",
      readOrigin(origin, index, context),
    ]),
  );
  const restriction = object(object(inputs, "restrictions") ?? {}, "geoRestriction") ?? {};
  emulatedOnly(
    (text(restriction, "restrictionType") ?? "none") === "none",
    "restrictions.geoRestriction.restrictionType",
    "none: loopback is in no country",
  );
  const behaviours = [
    ...objects(inputs, "orderedCacheBehaviors"),
    ...[object(inputs, "defaultCacheBehavior") ?? {}],
  ].map((behaviour) => readBehaviour(behaviour, origins, context));
  const root = text(inputs, "defaultRootObject") ?? "";
  const acl = text(inputs, "webAclId") ?? "";
  const logging = object(inputs, "loggingConfig");
  return {
    id,
    domainName,
    port,
    enabled: flag({ ...outputs, ...inputs }, "enabled") !== false,
    rootObject: root === "" ? undefined : `/${root.replace(/^\//, "")}`,
    behaviours,
    errors: objects(inputs, "customErrorResponses").map(readError),
    firewall: acl === "" ? undefined : readFirewall(context.account, acl),
    log: logging === undefined ? undefined : { cookies: flag(logging, "includeCookies") === true },
  };
}
