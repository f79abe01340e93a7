/** Look-ups among the account's ElastiCache resources, refused with the service's own codes and words. */
import type { StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { text, texts } from "../fields.ts";
import { FAMILIES } from "./engines.ts";

export const SUBNET_GROUP = "aws:elasticache/subnetGroup:SubnetGroup";
export const PARAMETER_GROUP = "aws:elasticache/parameterGroup:ParameterGroup";
export const REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";

export function requireSubnetGroup(account: Account, name: string): StoredResource {
  const found = account.get(SUBNET_GROUP, name);
  if (found) return found;
  throw new AwsError(
    "CacheSubnetGroupNotFoundFault",
    `The requested cache subnet group name '${name}' does not refer to an existing cache subnet group.`,
  );
}

/** The family of a parameter group: one of the program's, or AWS's own `default.<family>`. */
export function parameterFamily(account: Account, name: string): string {
  const family = name.replace(/^default\./, "");
  if (name.startsWith("default.") && FAMILIES.includes(family)) return family;
  const found = account.get(PARAMETER_GROUP, name);
  if (found) return text(found.outputs, "family") ?? "";
  throw new AwsError("CacheParameterGroupNotFound", `CacheParameterGroup not found: ${name}`);
}

/** Subnets in which a replication group's nodes may be. */
export function subnetsOf(account: Account, group: StoredResource): readonly string[] {
  const subnetGroup = account.get(SUBNET_GROUP, text(group.outputs, "subnetGroupName") ?? "");
  return subnetGroup ? texts(subnetGroup.outputs, "subnetIds") : [];
}

/** Replication groups with a value in one of their outputs. */
export function usersOf(
  account: Account,
  output: "subnetGroupName" | "parameterGroupName",
  name: string,
): readonly StoredResource[] {
  return account.all(REPLICATION_GROUP).filter((group) => group.outputs[output] === name);
}
