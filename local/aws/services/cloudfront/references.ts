/** Look-ups among the account's CloudFront resources, refused with CloudFront's own codes and words. */
import { randomInt } from "node:crypto";

import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { object, objects, text } from "../fields.ts";

export const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
export const CACHE_POLICY = "aws:cloudfront/cachePolicy:CachePolicy";
export const ORIGIN_REQUEST_POLICY = "aws:cloudfront/originRequestPolicy:OriginRequestPolicy";
export const RESPONSE_HEADERS_POLICY = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy";
export const ORIGIN_ACCESS_CONTROL = "aws:cloudfront/originAccessControl:OriginAccessControl";
export const VPC_ORIGIN = "aws:cloudfront/vpcOrigin:VpcOrigin";
export const FUNCTION = "aws:cloudfront/function:Function";
export const MONITORING = "aws:cloudfront/monitoringSubscription:MonitoringSubscription";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Capital letters and digits, as CloudFront's ids and versions are. */
export function capitals(length: number): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}

/** A version of a resource: what a write answers, and the next one must name. */
export function newEtag(): string {
  return `E${capitals(13)}`;
}

/** CloudFront is global: its ARNs have no region. */
export function cloudfrontArn(account: Account, resource: string): string {
  return account.arn("cloudfront", resource, "");
}

/** The default behaviour and the ordered ones. */
export function behavioursOf(inputs: JsonObject): readonly JsonObject[] {
  const byDefault = object(inputs, "defaultCacheBehavior");
  return [...(byDefault ? [byDefault] : []), ...objects(inputs, "orderedCacheBehaviors")];
}

/** Refuses to delete what a cache behaviour or an origin of a distribution names. */
export function refuseWhileUsed(
  account: Account,
  uses: (distribution: JsonObject) => boolean,
  code: string,
  message: string,
): void {
  if (account.all(DISTRIBUTION).some(({ inputs }) => uses(inputs))) throw new AwsError(code, message);
}

/** Names of policies and access controls are the account's own, once each. */
export function checkName(
  account: Account,
  type: string,
  inputs: JsonObject,
  code: string,
  own?: string,
): void {
  const name = text(inputs, "name");
  const twin = account.all(type).find((other) => other.id !== own && other.inputs["name"] === name);
  if (twin === undefined) return;
  const kind = type
    .replace(/^.*:/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  throw new AwsError(
    code,
    `${/^[aeiou]/.test(kind) ? "An" : "A"} ${kind} with the name ${name ?? ""} already exists.`,
  );
}

export function requireVpcOrigin(account: Account, id: string): StoredResource {
  const origin = account.get(VPC_ORIGIN, id);
  if (origin) return origin;
  throw new AwsError("EntityNotFound", `The VPC origin ${id} was not found.`);
}
