import type { StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { roleByArn } from "../iam/references.ts";

export const CLUSTER = "aws:eks/cluster:Cluster";
export const ACCESS_ENTRY = "aws:eks/accessEntry:AccessEntry";
export const ACCESS_ASSOCIATION = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
export const ADDON = "aws:eks/addon:Addon";
export const POD_IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

export function requireCluster(account: Account, name: string): StoredResource {
  const cluster = account.get(CLUSTER, name);
  if (!cluster) throw new AwsError("ResourceNotFoundException", `No cluster found for name: ${name}.`);
  return cluster;
}

/** Roles of other accounts cannot be looked up: here there are none. */
export function checkRole(account: Account, arn: string | undefined): void {
  if (arn === undefined || roleByArn(account, arn)) return;
  throw new AwsError(
    "InvalidParameterException",
    `Role with arn: ${arn}, could not be assumed because it does not exist`,
  );
}

/** A time as the provider prints it. */
export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
