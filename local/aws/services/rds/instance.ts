import { randomBytes, randomUUID } from "node:crypto";

import type { Json, JsonObject, StoredResource } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { now } from "../eks/references.ts";
import { flag, number, text } from "../fields.ts";
import { generatedName } from "../names.ts";
import { actualVersion, checkUpgrade, majorOf } from "./engine.ts";
import { checkParameterGroup, checkReferences, groupsOf, zoneFor } from "./instance-checks.ts";
import { fromOrigin } from "./instance-origin.ts";
import { instanceRules } from "./instance-rules.ts";
import { endpointHash, findInstance, INSTANCE, replicasOf, requireSubnetGroup, vpcOf } from "./references.ts";
import { resized, storageOutputs } from "./storage.ts";

const PORT = 5432;

/** Hosted zones of RDS endpoints. https://docs.aws.amazon.com/general/latest/gr/rds-service.html */
const ZONE_IDS: Readonly<Record<string, string>> = {
  "eu-central-1": "Z1RLNUO7B9Q6NB",
  "eu-west-1": "Z29XKXDKYMONMX",
  "eu-west-2": "Z1TTGA775OQIYO",
  "us-east-1": "Z2R2ITUGPM61AM",
  "us-east-2": "Z2XHWR1WZ565X2",
  "us-west-2": "Z1PVIF0B656C1W",
};

/** `db-` and 26 capitals and digits. */
function newResourceId(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return `db-${[...randomBytes(26)].map((byte) => letters.charAt(byte % 32)).join("")}`;
}

function identifierOf(inputs: JsonObject): string {
  const given = text(inputs, "identifier");
  if (given !== undefined) return given;
  return generatedName({ namePrefix: text(inputs, "identifierPrefix") ?? "terraform-" });
}

/** Where an instance of this name answers. */
function naming(identifier: string, port: number, region: string, account: Account): Record<string, Json> {
  const address = `${identifier}.${endpointHash(account, region)}.${region}.rds.amazonaws.com`;
  return {
    address,
    arn: account.arn("rds", `db:${identifier}`, region),
    endpoint: `${address}:${port}`,
    identifier,
    port,
  };
}

function checkFree(identifier: string, account: Account): void {
  if (!findInstance(account, identifier)) return;
  throw new AwsError("DBInstanceAlreadyExists", "DB instance already exists");
}

/** Performance Insights and what else is worked out from the inputs alone. */
function derived(inputs: JsonObject): Record<string, Json> {
  const insights = flag(inputs, "performanceInsightsEnabled") ?? false;
  return {
    databaseInsightsMode: text(inputs, "databaseInsightsMode") ?? "standard",
    monitoringRoleArn: text(inputs, "monitoringRoleArn") ?? "",
    multiAz: flag(inputs, "multiAz") ?? false,
    performanceInsightsKmsKeyId: text(inputs, "performanceInsightsKmsKeyId") ?? "",
    performanceInsightsRetentionPeriod:
      number(inputs, "performanceInsightsRetentionPeriod") ?? (insights ? 7 : 0),
  };
}

/** What RDS fills in and nobody asked for. */
function filled(inputs: JsonObject, account: Account, version: string): Record<string, Json> {
  const encrypted = flag(inputs, "storageEncrypted") ?? false;
  return {
    backupRetentionPeriod: number(inputs, "backupRetentionPeriod") ?? 0,
    backupTarget: "region",
    backupWindow: text(inputs, "backupWindow") ?? "02:14-02:44",
    caCertIdentifier: text(inputs, "caCertIdentifier") ?? "rds-ca-rsa2048-g1",
    characterSetName: "",
    dbName: "",
    domainFqdn: "",
    engineLifecycleSupport: text(inputs, "engineLifecycleSupport") ?? "open-source-rds-extended-support",
    identifierPrefix: text(inputs, "identifierPrefix") ?? "",
    // Without a key of the account's, the key that RDS keeps in it.
    kmsKeyId: encrypted ? account.arn("kms", `key/${randomUUID()}`) : "",
    licenseModel: "postgresql-license",
    listenerEndpoints: [],
    maintenanceWindow: text(inputs, "maintenanceWindow") ?? "sun:03:21-sun:03:51",
    masterUserSecretKmsKeyId: "",
    masterUserSecrets: [],
    ncharCharacterSetName: "",
    networkType: "IPV4",
    optionGroupName: `default:postgres-${majorOf(version)}`,
    replicaMode: "",
    replicas: [],
    snapshotIdentifier: "",
    status: "available",
    timezone: "",
    upgradeRolloutOrder: "second",
  };
}

/** What another wish needs another instance for, or is not modelled. */
function checkChange(current: StoredResource, inputs: JsonObject, account: Account): void {
  const asked = text(inputs, "replicateSourceDb");
  if (asked !== text(current.inputs, "replicateSourceDb")) {
    throw new AwsError(
      "InvalidDBInstanceState",
      `replicateSourceDb of ${current.id} cannot change: the stand-in does not model the promotion of a replica; delete it and make another`,
    );
  }
  const group = text(inputs, "dbSubnetGroupName");
  const before = text(current.outputs, "dbSubnetGroupName");
  if (group !== undefined && group !== before) {
    const identifier = text(current.outputs, "identifier") ?? "";
    const same = text(requireSubnetGroup(account, group).outputs, "vpcId") === vpcOf(account, current);
    throw new AwsError(
      "InvalidVPCNetworkStateFault",
      same
        ? `You cannot move DB instance ${identifier} to subnet group ${group}. The specified DB subnet group and DB instance are in the same VPC. Choose a DB subnet group in different VPC than the specified DB instance and try again.`
        : `The move of DB instance ${identifier} to another VPC is not modelled by the stand-in`,
    );
  }
  const retention = number(inputs, "backupRetentionPeriod") ?? 1;
  if (retention === 0 && replicasOf(account, current).length > 0) {
    throw new AwsError(
      "InvalidParameterCombination",
      "Backups cannot be disabled while the DB instance has read replicas: a source of replicas needs automated backups",
    );
  }
}

export const instance: ResourceModel = {
  type: INSTANCE,
  // Unlike others it gets no hyphen: pulumi-aws keeps that shape, and pulumi:autonaming counts here too, since its #6437.
  autoname: { property: "identifier", maxLength: 63, separator: "" },
  notModelled: [
    ...["backupTarget", "blueGreenUpdate", "characterSetName", "customIamInstanceProfile"],
    ...["customerOwnedIpEnabled", "dedicatedLogVolume", "domain", "domainAuthSecretArn", "domainDnsIps"],
    ...["domainFqdn", "domainIamRoleName", "domainOu", "iamDatabaseAuthenticationEnabled"],
    ...["manageMasterUserPassword", "masterUserSecretKmsKeyId", "ncharCharacterSetName", "optionGroupName"],
    ...["passwordWo", "passwordWoVersion", "publiclyAccessible", "replicaMode", "s3Import"],
    ...["snapshotIdentifier", "timezone", "upgradeStorageConfig", "warningEventCategories"],
  ],
  rules: instanceRules,
  create(inputs, account) {
    const region = text(inputs, "region") ?? account.region;
    const identifier = identifierOf(inputs);
    checkFree(identifier, account);
    checkReferences(inputs, account);
    const origin = fromOrigin(inputs, account);
    const version = text(origin, "engineVersionActual") ?? actualVersion(text(inputs, "engineVersion"));
    const group = text(origin, "dbSubnetGroupName") ?? text(inputs, "dbSubnetGroupName") ?? "default";
    const vpcId = text(requireSubnetGroup(account, group).outputs, "vpcId") ?? "";
    const parameterGroupName =
      text(inputs, "parameterGroupName") ??
      text(origin, "parameterGroupName") ??
      `default.postgres${majorOf(version)}`;
    checkParameterGroup(account, parameterGroupName, version);
    const size = number(inputs, "allocatedStorage") ?? number(origin, "allocatedStorage") ?? 0;
    const id = newResourceId();
    return {
      id,
      outputs: {
        ...filled(inputs, account, version),
        ...derived(inputs),
        ...(text(inputs, "dbName") === undefined ? {} : { dbName: text(inputs, "dbName") ?? "" }),
        ...(text(inputs, "kmsKeyId") === undefined ? {} : { kmsKeyId: text(inputs, "kmsKeyId") ?? "" }),
        engineVersion: text(inputs, "engineVersion") ?? version,
        ...origin,
        ...storageOutputs({ ...origin, ...inputs }, size),
        ...naming(identifier, number(inputs, "port") ?? PORT, region, account),
        availabilityZone: zoneFor(inputs, account, group),
        dbSubnetGroupName: group,
        engineVersionActual: version,
        hostedZoneId: ZONE_IDS[region] ?? "Z00000000000000000000",
        latestRestorableTime: (number(inputs, "backupRetentionPeriod") ?? 0) > 0 ? now() : "",
        parameterGroupName,
        resourceId: id,
        vpcSecurityGroupIds: groupsOf(inputs, account, vpcId),
      },
    };
  },
  update(current, inputs, account) {
    checkChange(current, inputs, account);
    checkReferences(inputs, account);
    const was = text(current.outputs, "identifier") ?? "";
    const identifier = text(inputs, "identifier") ?? was;
    if (identifier !== was) checkFree(identifier, account);
    const running = text(current.outputs, "engineVersionActual") ?? "";
    const asked = text(inputs, "engineVersion");
    // "15" is what runs already when 15.14 does.
    const stays = asked === undefined || asked === majorOf(running);
    const version = stays ? running : actualVersion(asked);
    checkUpgrade(running, version, flag(inputs, "allowMajorVersionUpgrade") ?? false);
    const group =
      text(inputs, "parameterGroupName") ??
      (majorOf(version) === majorOf(running)
        ? (text(current.outputs, "parameterGroupName") ?? "")
        : `default.postgres${majorOf(version)}`);
    checkParameterGroup(account, group, version);
    const port = number(inputs, "port") ?? number(current.outputs, "port") ?? PORT;
    const size = resized(was, current.outputs, inputs);
    const typed = { storageType: text(current.outputs, "storageType") ?? "gp2", ...inputs };
    return {
      ...derived(inputs),
      ...naming(identifier, port, text(inputs, "region") ?? account.region, account),
      ...storageOutputs(typed, size),
      engineVersionActual: version,
      parameterGroupName: group,
      replicas: replicasOf(account, current).map(({ outputs }) => text(outputs, "identifier") ?? ""),
      vpcSecurityGroupIds: groupsOf(inputs, account, vpcOf(account, current)),
    };
  },
  canDelete(current, account) {
    if (current.outputs["deletionProtection"] === true) {
      throw new AwsError(
        "InvalidParameterCombination",
        "Cannot delete protected DB Instance, please disable deletion protection and try again.",
      );
    }
    // The provider's own rule, before it asks RDS; a replica never has a final snapshot, so it must say so.
    const skipped = flag(current.outputs, "skipFinalSnapshot") === true;
    if (!skipped && text(current.outputs, "finalSnapshotIdentifier") === undefined) {
      throw new AwsError(
        "InvalidParameterCombination",
        "finalSnapshotIdentifier is required when skipFinalSnapshot is false",
      );
    }
    const [left] = replicasOf(account, current);
    if (left === undefined) return;
    throw new AwsError(
      "InvalidDBInstanceState",
      `${text(current.outputs, "identifier") ?? ""} still has the read replica ${text(left.outputs, "identifier") ?? ""}: RDS would promote it, which the stand-in does not model; delete the replica first`,
    );
  },
};
