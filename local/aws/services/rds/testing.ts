/** What the unit tests of RDS's models share: a network with subnets in two zones, and groups in it. */
import type { Json, JsonObject, StoredResource } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { resourceModel } from "../index.ts";
import { INSTANCE, PARAMETER_GROUP, SUBNET_GROUP } from "./references.ts";

export const PASSWORD = "a0123456789bcdefghijklmnopqrstuv";
/** In milliseconds. */
export const DAY = 24 * 3600 * 1000;

export interface World {
  readonly account: MemoryAccount;
  readonly vpc: StoredResource;
  /** Zones a, b and a again. */
  readonly subnets: readonly string[];
  readonly group: string;
}

export function world(): World {
  const account = new MemoryAccount();
  const vpc = account.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  const subnets = ["a", "b", "a"].map(
    (zone, index) =>
      account.make("aws:ec2/subnet:Subnet", {
        vpcId: vpc.id,
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `eu-central-1${zone}`,
      }).id,
  );
  account.make(SUBNET_GROUP, { name: "data", subnetIds: subnets });
  account.make(PARAMETER_GROUP, { name: "pg15", family: "postgres15" });
  const group = account.make("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id, name: "database" }).id;
  return { account, vpc, subnets, group };
}

/** A good primary's inputs. */
export function primaryInputs({ group }: Pick<World, "group">): Record<string, Json> {
  return {
    identifier: "quiz",
    engine: "postgres",
    engineVersion: "15",
    instanceClass: "db.t4g.micro",
    allocatedStorage: 20,
    storageType: "gp3",
    dbSubnetGroupName: "data",
    parameterGroupName: "pg15",
    vpcSecurityGroupIds: [group],
    username: "twinstack_admin",
    password: PASSWORD,
    dbName: "quiz",
    backupRetentionPeriod: 7,
    skipFinalSnapshot: true,
  };
}

export function makePrimary(given: World, more: JsonObject = {}): StoredResource {
  return given.account.make(INSTANCE, { ...primaryInputs(given), ...more });
}

export function makeReplica(given: World, identifier: string, more: JsonObject = {}): StoredResource {
  return given.account.make(INSTANCE, {
    identifier,
    replicateSourceDb: "quiz",
    instanceClass: "db.t4g.micro",
    skipFinalSnapshot: true,
    ...more,
  });
}

/** What the preview says to inputs, by the type's own rules. */
export function failures(type: string, inputs: Readonly<Record<string, unknown>>): unknown[] {
  return resourceModel(type)?.rules?.flatMap((rule) => rule.check(inputs)) ?? [];
}
