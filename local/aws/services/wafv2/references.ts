import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import type { Account, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { text } from "../fields.ts";

export const WEB_ACL = "aws:wafv2/webAcl:WebAcl";
export const IP_SET = "aws:wafv2/ipSet:IpSet";
export const WEB_ACL_LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";

const WEB_ACL_ID = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html";

/** A web ACL that a distribution names by its ARN; the ids of classic WAF are not taken. */
export function requireWebAcl(account: Account, arn: string): StoredResource {
  const found = account.all(WEB_ACL).find(({ outputs }) => outputs["arn"] === arn);
  if (found && found.inputs["scope"] === "CLOUDFRONT") return found;
  throw new AwsError(
    "InvalidWebACLId",
    `Web ACL is not accessible by the requester: ${arn} must be the ARN of a web ACL with the scope CLOUDFRONT (${WEB_ACL_ID})`,
  );
}

/** Names are unique in a scope and region. */
export function checkDuplicate(account: Account, type: string, name: string, inputs: JsonObject): void {
  const twin = account
    .all(type)
    .find((other) => other.outputs["name"] === name && other.inputs["scope"] === inputs["scope"]);
  if (!twin) return;
  throw new AwsError(
    "WAFDuplicateItemException",
    "AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one.",
  );
}

/** `global` for CloudFront, `regional` for the rest. */
export function wafArn(account: Account, kind: string, name: string, id: string, inputs: JsonObject): string {
  const place = inputs["scope"] === "CLOUDFRONT" ? "global" : "regional";
  return account.arn("wafv2", `${place}/${kind}/${name}/${id}`, text(inputs, "region") ?? account.region);
}

export function inUse(): AwsError {
  return new AwsError(
    "WAFAssociatedItemException",
    "AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource.",
  );
}

/** What belongs to CloudFront is made in us-east-1. The provider fills `region` in before the region is asked. */
export function checkScope(inputs: JsonObject, account: Account): void {
  if (inputs["scope"] !== "CLOUDFRONT" || (text(inputs, "region") ?? account.region) === "us-east-1") return;
  throw new AwsError(
    "WAFInvalidParameterException",
    "Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT; set region to us-east-1, where WAF keeps what is CloudFront's",
  );
}

/** The same before anything is made, where the resource names a region. */
export const scopeRule: Rule = {
  source: "https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html",
  check({ scope, region }) {
    if (typeof scope === "string" && !["CLOUDFRONT", "REGIONAL"].includes(scope)) {
      return [{ property: "scope", reason: `must be one of CLOUDFRONT, REGIONAL, got "${scope}"` }];
    }
    if (
      scope !== "CLOUDFRONT" ||
      region === "us-east-1" ||
      (region !== undefined && typeof region !== "string")
    ) {
      return [];
    }
    // Without a region the resource is in the provider's, which this rule does not see: create judges it.
    if (region === undefined) return [];
    return [{ property: "region", reason: `must be us-east-1 when scope is CLOUDFRONT, got "${region}"` }];
  },
};
