import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { PREVIEW_HEADER } from "./preview.ts";

/** Seconds. */
const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** What the cache keeps, and by which parts of a request it tells answers apart. */
export interface CachePolicies {
  /** Hashed files: the path alone, for as long as the origin says. */
  readonly assets: aws.cloudfront.CachePolicy;
  /** Pages and API: nothing unless the origin allows it, and then for one user alone. */
  readonly dynamic: aws.cloudfront.CachePolicy;
}

export function createCachePolicies(name: string, parent: pulumi.Resource): CachePolicies {
  return {
    assets: new aws.cloudfront.CachePolicy(`${name}-assets`, assetsCacheArgs(), { parent }),
    dynamic: new aws.cloudfront.CachePolicy(`${name}-dynamic`, dynamicCacheArgs(), { parent }),
  };
}

/**
 * The preview header is in every key: what a preview of the idle colour answered is never shown to others. A day for
 * files whose origin gives no time; the hash in their names makes any time right.
 */
export function assetsCacheArgs(): aws.cloudfront.CachePolicyArgs {
  return {
    comment: "Hashed files, as long as the origin says",
    minTtl: 0,
    defaultTtl: DAY,
    maxTtl: YEAR,
    parametersInCacheKeyAndForwardedToOrigin: {
      headersConfig: { headerBehavior: "whitelist", headers: { items: [PREVIEW_HEADER] } },
      cookiesConfig: { cookieBehavior: "none" },
      queryStringsConfig: { queryStringBehavior: "none" },
      ...COMPRESSED,
    },
  };
}

/**
 * Whoever a request comes from (Authorization, every cookie) is in the key: even an answer that is marked cacheable by
 * mistake reaches nobody else. Without a word of the origin nothing is kept.
 */
export function dynamicCacheArgs(): aws.cloudfront.CachePolicyArgs {
  return {
    comment: "Nothing unless the origin allows it, and for one user alone",
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: HOUR,
    parametersInCacheKeyAndForwardedToOrigin: {
      headersConfig: { headerBehavior: "whitelist", headers: { items: ["Authorization", PREVIEW_HEADER] } },
      cookiesConfig: { cookieBehavior: "all" },
      queryStringsConfig: { queryStringBehavior: "all" },
      ...COMPRESSED,
    },
  };
}

/** Accept-Encoding is in the key as br, gzip or nothing: one answer a form, not one a browser's spelling. */
const COMPRESSED = { enableAcceptEncodingBrotli: true, enableAcceptEncodingGzip: true };
