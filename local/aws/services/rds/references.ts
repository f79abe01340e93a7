/** Look-ups among the account's RDS resources, refused with RDS's own codes and words. */
import { createHash } from "node:crypto";

import type { StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { requireSecurityGroup } from "../ec2/references.ts";
import { text } from "../fields.ts";

export const SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup";
export const PARAMETER_GROUP = "aws:rds/parameterGroup:ParameterGroup";
export const INSTANCE = "aws:rds/instance:Instance";
export const PROXY = "aws:rds/proxy:Proxy";
export const PROXY_TARGET_GROUP = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup";
export const PROXY_TARGET = "aws:rds/proxyTarget:ProxyTarget";
export const EVENT_SUBSCRIPTION = "aws:rds/eventSubscription:EventSubscription";

/**
 * The 12 letters and digits that RDS puts into every endpoint of an account in a region; the same for all of them.
 * Made from the account's number, so that a name made again is the same one.
 */
export function endpointHash(account: Account, region: string): string {
  const hex = createHash("sha256").update(`${account.id} ${region}`).digest("hex");
  return `c${BigInt(`0x${hex}`).toString(36).slice(0, 11)}`;
}

export function requireSubnetGroup(account: Account, name: string): StoredResource {
  const group = account.get(SUBNET_GROUP, name);
  if (!group) throw new AwsError("DBSubnetGroupNotFoundFault", `DB subnet group '${name}' does not exist.`);
  return group;
}

/** A parameter group of the account; RDS's own (`default.postgres15`) has no record and needs none. */
export function findParameterGroup(account: Account, name: string): StoredResource | undefined {
  const group = account.get(PARAMETER_GROUP, name);
  if (group || /^default\.postgres\d+$/.test(name)) return group;
  throw new AwsError("DBParameterGroupNotFound", `DBParameterGroup not found: ${name}`);
}

/** An instance by its identifier or its ARN; undefined when there is none. */
export function findInstance(account: Account, identifierOrArn: string): StoredResource | undefined {
  return account
    .all(INSTANCE)
    .find(({ outputs }) => outputs["identifier"] === identifierOrArn || outputs["arn"] === identifierOrArn);
}

export function requireInstance(account: Account, identifierOrArn: string): StoredResource {
  const instance = findInstance(account, identifierOrArn);
  if (!instance) throw new AwsError("DBInstanceNotFound", `DBInstance ${identifierOrArn} not found.`);
  return instance;
}

/** Read replicas of an instance, by either way to name their source. */
export function replicasOf(account: Account, source: StoredResource): readonly StoredResource[] {
  const names = [source.outputs["identifier"], source.outputs["arn"]];
  return account.all(INSTANCE).filter(({ outputs }) => {
    const of = outputs["replicateSourceDb"];
    return typeof of === "string" && names.includes(of);
  });
}

export function requireProxy(account: Account, name: string): StoredResource {
  const proxy = account.get(PROXY, name);
  if (!proxy) throw new AwsError("DBProxyNotFoundFault", `DB proxy '${name}' not found.`);
  return proxy;
}

/** The network an instance is in: its subnet group's. */
export function vpcOf(account: Account, instance: StoredResource): string {
  const group = account.get(SUBNET_GROUP, text(instance.outputs, "dbSubnetGroupName") ?? "");
  return text(group?.outputs ?? {}, "vpcId") ?? "";
}

export function checkSecurityGroups(account: Account, groups: readonly string[], vpcId: string): void {
  for (const id of groups) {
    const found = lookUp(account, id);
    if (found !== undefined && found.vpcId === vpcId) continue;
    const reason = found === undefined ? "was not found" : `is not in the same VPC as the subnets: ${vpcId}`;
    throw new AwsError("InvalidParameterValue", `Invalid security group, groupId= ${id}, which ${reason}`);
  }
}

function lookUp(account: Account, id: string): { readonly vpcId: string } | undefined {
  try {
    return requireSecurityGroup(account, id);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
