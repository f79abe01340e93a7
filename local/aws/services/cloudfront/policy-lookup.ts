/** Policies by id or name, the account's own and CloudFront's. */
import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { Account, FunctionModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { object, text } from "../fields.ts";
import {
  MANAGED_CACHE_POLICIES,
  MANAGED_ORIGIN_REQUEST_POLICIES,
  MANAGED_RESPONSE_HEADERS_POLICIES,
} from "./managed-policies.ts";
import type { ManagedPolicy } from "./managed-policies.ts";
import { CACHE_POLICY, cloudfrontArn, ORIGIN_REQUEST_POLICY, RESPONSE_HEADERS_POLICY } from "./references.ts";

/** One of the three kinds of policy a behaviour names. */
export interface PolicyKind {
  readonly type: string;
  /** In ARNs, e.g. `cache-policy`. */
  readonly resource: string;
  readonly managed: readonly ManagedPolicy[];
  /** CloudFront's error when there is none of the id. */
  readonly missing: { readonly code: string; readonly message: string };
}

export const CACHE_POLICIES: PolicyKind = {
  type: CACHE_POLICY,
  resource: "cache-policy",
  managed: MANAGED_CACHE_POLICIES,
  missing: { code: "NoSuchCachePolicy", message: "The cache policy does not exist." },
};
export const ORIGIN_REQUEST_POLICIES: PolicyKind = {
  type: ORIGIN_REQUEST_POLICY,
  resource: "origin-request-policy",
  managed: MANAGED_ORIGIN_REQUEST_POLICIES,
  missing: { code: "NoSuchOriginRequestPolicy", message: "The origin request policy does not exist." },
};
export const RESPONSE_HEADERS_POLICIES: PolicyKind = {
  type: RESPONSE_HEADERS_POLICY,
  resource: "response-headers-policy",
  managed: MANAGED_RESPONSE_HEADERS_POLICIES,
  missing: { code: "NoSuchResponseHeadersPolicy", message: "The response headers policy does not exist." },
};

/** A policy's inputs by its id; throws CloudFront's own error when there is none. */
export function requirePolicyInputs(account: Account, kind: PolicyKind, id: string): JsonObject {
  const own = account.get(kind.type, id);
  if (own) return own.inputs;
  const managed = kind.managed.find((policy) => policy.id === id);
  if (managed) return managed.inputs;
  throw new AwsError(kind.missing.code, `${kind.missing.message} (${id})`);
}

interface Found {
  readonly id: string;
  readonly inputs: JsonObject;
  readonly etag: string;
}

function find(args: JsonObject, account: Account, kind: PolicyKind): Found {
  const id = text(args, "id");
  const name = text(args, "name");
  if ((id === undefined) === (name === undefined)) {
    throw new AwsError("InvalidArgument", "exactly one of id and name must be given");
  }
  const own = account
    .all(kind.type)
    .find((policy) => (id === undefined ? policy.inputs["name"] === name : policy.id === id));
  if (own) return { id: own.id, inputs: own.inputs, etag: text(own.outputs, "etag") ?? "" };
  const managed = kind.managed.find((policy) =>
    id === undefined ? policy.inputs.name === name : policy.id === id,
  );
  // CloudFront's policies never change: neither does their version.
  if (managed) return { ...managed, etag: "E23ZP02F085DFQ" };
  throw new AwsError(kind.missing.code, `${kind.missing.message} (${id ?? name ?? ""})`);
}

/** As the SDK names a block that data sources answer as a list. */
function plural(name: string): string {
  if (name.endsWith("s")) return name;
  return name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`;
}

/** A block as data sources answer it: every nested block a list of one. */
function listed(block: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(block).map(([key, value]): [string, Json] => {
      const nested = object(block, key);
      return nested === undefined ? [key, value] : [plural(key), [listed(nested)]];
    }),
  );
}

const list = (block: JsonObject | undefined): Json => (block === undefined ? [] : [listed(block)]);

function head(found: Found, kind: PolicyKind, account: Account): Record<string, Json> {
  return {
    arn: cloudfrontArn(account, `${kind.resource}/${found.id}`),
    comment: text(found.inputs, "comment") ?? "",
    etag: found.etag,
    id: found.id,
    name: text(found.inputs, "name") ?? "",
  };
}

/** The three blocks of a selection, as data sources name them. */
function selection(block: JsonObject): Record<string, Json> {
  const one = (config: string, behaviour: string, items: string): Json => {
    const given = object(block, config) ?? {};
    return [{ [behaviour]: text(given, behaviour) ?? "none", [items]: list(object(given, items)) }];
  };
  return {
    cookiesConfigs: one("cookiesConfig", "cookieBehavior", "cookies"),
    headersConfigs: one("headersConfig", "headerBehavior", "headers"),
    queryStringsConfigs: one("queryStringsConfig", "queryStringBehavior", "queryStrings"),
  };
}

export const getCachePolicy: FunctionModel = {
  token: "aws:cloudfront/getCachePolicy:getCachePolicy",
  invoke(args, account) {
    const found = find(args, account, CACHE_POLICIES);
    const key = object(found.inputs, "parametersInCacheKeyAndForwardedToOrigin") ?? {};
    return {
      ...head(found, CACHE_POLICIES, account),
      defaultTtl: found.inputs["defaultTtl"] ?? 86_400,
      maxTtl: found.inputs["maxTtl"] ?? 31_536_000,
      minTtl: found.inputs["minTtl"] ?? 0,
      parametersInCacheKeyAndForwardedToOrigins: [
        {
          ...selection(key),
          enableAcceptEncodingBrotli: key["enableAcceptEncodingBrotli"] ?? false,
          enableAcceptEncodingGzip: key["enableAcceptEncodingGzip"] ?? false,
        },
      ],
    };
  },
};

export const getOriginRequestPolicy: FunctionModel = {
  token: "aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy",
  invoke(args, account) {
    const found = find(args, account, ORIGIN_REQUEST_POLICIES);
    return { ...head(found, ORIGIN_REQUEST_POLICIES, account), ...selection(found.inputs) };
  },
};

/** Blocks of a response headers policy; the data source lists each. */
const HEADER_BLOCKS: Readonly<Record<string, string>> = {
  corsConfigs: "corsConfig",
  customHeadersConfigs: "customHeadersConfig",
  removeHeadersConfigs: "removeHeadersConfig",
  securityHeadersConfigs: "securityHeadersConfig",
  serverTimingHeadersConfigs: "serverTimingHeadersConfig",
};

export const getResponseHeadersPolicy: FunctionModel = {
  token: "aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy",
  invoke(args, account) {
    const found = find(args, account, RESPONSE_HEADERS_POLICIES);
    return {
      ...head(found, RESPONSE_HEADERS_POLICIES, account),
      ...Object.fromEntries(
        Object.entries(HEADER_BLOCKS).map(([name, block]) => [name, list(object(found.inputs, block))]),
      ),
    };
  },
};
