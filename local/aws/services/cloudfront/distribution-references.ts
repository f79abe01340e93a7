import type { JsonObject } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { object, objects, text, texts } from "../fields.ts";
import { bucketOfDomainName, OWNERSHIP_CONTROLS, settingOf } from "../s3/references.ts";
import { requireWebAcl } from "../wafv2/references.ts";
import {
  CACHE_POLICIES,
  ORIGIN_REQUEST_POLICIES,
  requirePolicyInputs,
  RESPONSE_HEADERS_POLICIES,
} from "./policy-lookup.ts";
import {
  behavioursOf,
  DISTRIBUTION,
  FUNCTION,
  ORIGIN_ACCESS_CONTROL,
  requireVpcOrigin,
} from "./references.ts";

function checkBehaviour(behaviour: JsonObject, account: Account): void {
  const kinds = [
    ["cachePolicyId", CACHE_POLICIES],
    ["originRequestPolicyId", ORIGIN_REQUEST_POLICIES],
    ["responseHeadersPolicyId", RESPONSE_HEADERS_POLICIES],
  ] as const;
  for (const [key, kind] of kinds) {
    const id = text(behaviour, key);
    if (id !== undefined) requirePolicyInputs(account, kind, id);
  }
  for (const association of objects(behaviour, "functionAssociations")) {
    const arn = text(association, "functionArn") ?? "";
    if (account.all(FUNCTION).some(({ outputs }) => outputs["arn"] === arn)) continue;
    throw new AwsError("InvalidFunctionAssociation", `The function ${arn} does not exist.`);
  }
}

function checkOrigin(origin: JsonObject, account: Account): void {
  const access = text(origin, "originAccessControlId");
  if (access !== undefined && access !== "" && !account.get(ORIGIN_ACCESS_CONTROL, access)) {
    throw new AwsError("InvalidOriginAccessControl", `The origin access control ${access} does not exist.`);
  }
  const vpc = object(origin, "vpcOriginConfig");
  if (vpc) requireVpcOrigin(account, text(vpc, "vpcOriginId") ?? "");
}

/**
 * CloudFront adds itself to the access list of the bucket: one without lists is refused.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
 */
function checkLogBucket(inputs: JsonObject, account: Account): void {
  const domainName = text(object(inputs, "loggingConfig") ?? {}, "bucket");
  if (domainName === undefined) return;
  const controls = settingOf(account, OWNERSHIP_CONTROLS, bucketOfDomainName(domainName) ?? "");
  const ownership = text(object(controls?.inputs ?? {}, "rule") ?? {}, "objectOwnership");
  if (ownership !== undefined && ownership !== "BucketOwnerEnforced") return;
  throw new AwsError(
    "InvalidArgument",
    `The S3 bucket that you specified for CloudFront logs does not enable ACL access: ${domainName}`,
  );
}

function checkAliases(inputs: JsonObject, account: Account, own: string | undefined): void {
  const taken = account
    .all(DISTRIBUTION)
    .filter(({ id }) => id !== own)
    .flatMap((other) => texts(other.inputs, "aliases"));
  const twice = texts(inputs, "aliases").find((alias) => taken.includes(alias));
  if (twice === undefined) return;
  throw new AwsError(
    "CNAMEAlreadyExists",
    `One or more of the CNAMEs you provided are already associated with a different resource. (${twice})`,
  );
}

/** Everything a distribution names must be there; CloudFront's own error for what is not. */
export function checkReferences(inputs: JsonObject, account: Account, own?: string): void {
  for (const behaviour of behavioursOf(inputs)) checkBehaviour(behaviour, account);
  for (const origin of objects(inputs, "origins")) checkOrigin(origin, account);
  const acl = text(inputs, "webAclId") ?? "";
  if (acl !== "") requireWebAcl(account, acl);
  checkLogBucket(inputs, account);
  checkAliases(inputs, account, own);
}
