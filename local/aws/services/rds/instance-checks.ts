/** What an instance refers to must be there and fit; the same for its creation and its changes. */
import type { JsonObject } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { requireSubnet, requireVpc } from "../ec2/references.ts";
import { text, texts } from "../fields.ts";
import { roleByArn } from "../iam/references.ts";
import { findKey } from "../kms.ts";
import { majorOf } from "./engine.ts";
import { checkSecurityGroups, findParameterGroup, INSTANCE, requireSubnetGroup } from "./references.ts";

/** The family of the parameter group is that of the engine's major version. */
export function checkParameterGroup(account: Account, name: string, version: string): void {
  const group = findParameterGroup(account, name);
  const family = group ? text(group.outputs, "family") : name.replace(/^default\./, "");
  if (family === `postgres${majorOf(version)}`) return;
  throw new AwsError(
    "InvalidParameterCombination",
    `The parameter group ${name} with DBParameterGroupFamily ${family ?? ""} can't be used for this instance. Please use a parameter group with DBParameterGroupFamily postgres${majorOf(version)}`,
  );
}

function checkKey(account: Account, arn: string | undefined): void {
  if (arn === undefined || findKey(account, arn)) return;
  throw new AwsError(
    "KMSKeyNotAccessibleFault",
    `The specified KMS key [${arn}] does not exist, is not enabled or you do not have permissions to access it.`,
  );
}

function checkMonitoringRole(account: Account, arn: string | undefined): void {
  if (arn === undefined) return;
  const role = roleByArn(account, arn);
  if (role && (text(role.outputs, "assumeRolePolicy") ?? "").includes("monitoring.rds.amazonaws.com")) return;
  throw new AwsError(
    "InvalidParameterValue",
    "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
  );
}

/** Keys and the monitoring role. */
export function checkReferences(inputs: JsonObject, account: Account): void {
  checkKey(account, text(inputs, "kmsKeyId"));
  checkKey(account, text(inputs, "performanceInsightsKmsKeyId"));
  checkMonitoringRole(account, text(inputs, "monitoringRoleArn"));
}

/** The instance's groups: those asked for, or the network's default one. */
export function groupsOf(inputs: JsonObject, account: Account, vpcId: string): string[] {
  const groups = texts(inputs, "vpcSecurityGroupIds");
  if (groups.length === 0) return [text(requireVpc(account, vpcId).outputs, "defaultSecurityGroupId") ?? ""];
  checkSecurityGroups(account, groups, vpcId);
  return [...groups];
}

function zonesOf(account: Account, group: string): readonly string[] {
  const subnets = texts(requireSubnetGroup(account, group).outputs, "subnetIds");
  const zones = subnets.map((id) => text(requireSubnet(account, id).outputs, "availabilityZone") ?? "");
  return [...new Set(zones)].sort();
}

/** The zone asked for, or the one of the group's that has the fewest instances of the account. */
export function zoneFor(inputs: JsonObject, account: Account, group: string): string {
  const zones = zonesOf(account, group);
  const asked = text(inputs, "availabilityZone");
  if (asked !== undefined) {
    if (zones.includes(asked)) return asked;
    throw new AwsError(
      "InvalidVPCNetworkStateFault",
      `Cannot create a database instance in ${asked}: the DB subnet group ${group} has no subnet there, but in ${zones.join(", ")}`,
    );
  }
  const taken = account.all(INSTANCE).map(({ outputs }) => outputs["availabilityZone"]);
  const load = (zone: string): number => taken.filter((each) => each === zone).length;
  return [...zones].sort((one, other) => load(one) - load(other))[0] ?? "";
}
