import { AwsError } from "../../aws/model.ts";
import { SUBNET } from "../../aws/services/ec2/references.ts";
import { flag, number, text, texts } from "../../aws/services/fields.ts";
import {
  findParameterGroup,
  requireInstance,
  requireSubnetGroup,
} from "../../aws/services/rds/references.ts";
import { checkVersion } from "./program.ts";
import { readParameters } from "./parameters.ts";
import { readRestore } from "./restore-input.ts";
import type { Account } from "../../aws/model.ts";
import type { StoredResource } from "../../region/protocol.ts";
import type { Restore } from "./restore-input.ts";
import type { Parameter } from "./parameters.ts";

/** A place for a server. */
export interface Place {
  readonly subnetId: string;
  readonly zone: string;
}

/** What an instance's resource asks of this machine. */
export interface InstanceInput {
  readonly id: string;
  readonly identifier: string;
  /** The endpoint's name in the VPC's DNS. */
  readonly address: string;
  readonly port: number;
  /** As asked for; the machine's own PostgreSQL may be another. */
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly multiAz: boolean;
  /** One for each subnet of the DB subnet group. */
  readonly places: readonly Place[];
  /** Where its first server goes. */
  readonly zone: string;
  readonly securityGroups: readonly string[];
  readonly parameterGroup: string;
  /** The source of a read replica. */
  readonly source: StoredResource | undefined;
  readonly databaseName: string | undefined;
  readonly username: string;
  /** A secret. Undefined for a replica, which has its source's. */
  readonly password: string | undefined;
  /** The backup its data comes from. */
  readonly restore: Restore | undefined;
  /** Days; 0: no backups. */
  readonly backupRetention: number;
}

/** Throws AwsError, or an Error that names the key, before anything is touched. */
export function readInstance({ id, outputs }: StoredResource, account: Account): InstanceInput {
  const required = (key: string): string => {
    const found = text(outputs, key);
    if (found !== undefined) return found;
    throw new Error(`${key}: the local cloud needs it for ${id}, and neither program nor model sets it`);
  };
  const engineVersion = required("engineVersion");
  checkVersion(required("engine"), engineVersion);
  const multiAz = flag(outputs, "multiAz") ?? false;
  const source = sourceOf(outputs["replicateSourceDb"], account);
  if (multiAz && source) {
    throw new AwsError(
      "InvalidParameterCombination",
      `multiAz: the local cloud does not emulate a Multi-AZ read replica (${required("identifier")}); leave it false`,
    );
  }
  return {
    id,
    identifier: required("identifier"),
    address: required("address"),
    port: number(outputs, "port") ?? 5432,
    engineVersion,
    instanceClass: required("instanceClass"),
    multiAz,
    places: placesOf(required("dbSubnetGroupName"), account),
    zone: required("availabilityZone"),
    securityGroups: texts(outputs, "vpcSecurityGroupIds"),
    parameterGroup: required("parameterGroupName"),
    source,
    databaseName: text(outputs, "dbName") || undefined,
    username: required("username"),
    password: text(outputs, "password"),
    restore: readRestore(outputs, account),
    backupRetention: number(outputs, "backupRetentionPeriod") ?? 0,
  };
}

/** `replicateSourceDb` is an identifier, or an ARN. */
function sourceOf(reference: unknown, account: Account): StoredResource | undefined {
  if (typeof reference !== "string" || reference === "") return undefined;
  const found = requireInstance(account, reference);
  if (text(found.outputs, "replicateSourceDb") === undefined) return found;
  throw new AwsError(
    "InvalidDBInstanceState",
    `replicateSourceDb: ${reference} is a read replica itself; the local cloud does not emulate cascades`,
  );
}

function placesOf(group: string, account: Account): readonly Place[] {
  return texts(requireSubnetGroup(account, group).outputs, "subnetIds").map((subnetId) => ({
    subnetId,
    zone: text(account.get(SUBNET, subnetId)?.outputs ?? {}, "availabilityZone") ?? "",
  }));
}

/** The parameters of a group by its name; none for RDS's own (`default.postgres15`). */
export function parametersOf(group: string, account: Account): readonly Parameter[] {
  const found = findParameterGroup(account, group);
  return found === undefined ? [] : readParameters(found.outputs);
}
