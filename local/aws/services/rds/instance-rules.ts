/** Rules on an instance's own inputs, checked before anything is made. */
import type { Failure } from "../../../provider/provider.ts";
import type { Rule } from "../../model.ts";
import { between, isArn, matches, numberIn, oneOf } from "../rules.ts";
import { isInstanceClass } from "./engine.ts";
import { identifierRule, snapshotRule } from "./identifiers.ts";
import { storageRules } from "./storage.ts";
import { windowRules } from "./windows.ts";

const CREATE_DOC = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";
const DELETE_DOC = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html";
const RESTORE_DOC =
  "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html";

/** Names that PostgreSQL or RDS keep for themselves. */
const RESERVED = ["admin", "rdsadmin", "rdsrepladmin", "rds_superuser", "rdstopmgr", "user", "default"];

/** What a new instance cannot take from elsewhere: from a source, or from a backup. */
function isNew(inputs: Readonly<Record<string, unknown>>): boolean {
  return inputs["replicateSourceDb"] === undefined && inputs["restoreToPointInTime"] === undefined;
}

const complete: Rule = {
  source: CREATE_DOC,
  check(inputs) {
    if (!isNew(inputs)) return [];
    return ["engine", "allocatedStorage", "username", "password"]
      .filter((property) => inputs[property] === undefined)
      .map((property) => ({
        property,
        reason: "is required for an instance that is no replica and no restore",
      }));
  },
};

const instanceClass: Rule = {
  source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html",
  check(inputs) {
    const value = inputs["instanceClass"];
    if (typeof value !== "string" || isInstanceClass(value)) return [];
    const reason = `Invalid DB Instance class: ${value}; write a class that has PostgreSQL, such as db.t4g.micro or db.m7g.large`;
    return [{ property: "instanceClass", reason }];
  },
};

/** The value must not be shown: it is a password. */
const password: Rule = {
  source: CREATE_DOC,
  check(inputs): Failure[] {
    const value = inputs["password"];
    if (typeof value !== "string") return [];
    if (value.length < 8 || value.length > 128) {
      const reason = `The parameter MasterUserPassword is not a valid password because it is not 8 to 128 characters long (it has ${value.length})`;
      return [{ property: "password", reason }];
    }
    if (/^[\x21-\x7e]+$/.test(value) && !/[/@"]/.test(value)) return [];
    const reason =
      "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.";
    return [{ property: "password", reason }];
  },
};

function reserved(property: string, what: string): Rule {
  return {
    source: CREATE_DOC,
    check(inputs) {
      const value = inputs[property];
      if (typeof value !== "string" || !RESERVED.includes(value.toLowerCase())) return [];
      const reason = `${what} ${value} cannot be used as it is a reserved word used by the engine`;
      return [{ property, reason }];
    },
  };
}

const zone: Rule = {
  source: CREATE_DOC,
  check: (inputs) =>
    inputs["multiAz"] === true && inputs["availabilityZone"] !== undefined
      ? [
          {
            property: "availabilityZone",
            reason: "Requesting a specific availability zone is not valid for Multi-AZ instances.",
          },
        ]
      : [],
};

const monitoring: Rule = {
  source: CREATE_DOC,
  check(inputs) {
    const interval = inputs["monitoringInterval"] ?? 0;
    const role = inputs["monitoringRoleArn"];
    if (typeof interval !== "number") return [];
    if (interval > 0 && role === undefined) {
      const reason =
        "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.";
      return [{ property: "monitoringRoleArn", reason }];
    }
    if (interval > 0 || role === undefined) return [];
    const reason = "A MonitoringInterval value other than 0 is required with a MonitoringRoleARN value.";
    return [{ property: "monitoringInterval", reason }];
  },
};

/** 7 days are free; months of 31 days up to 23, or two years. */
const insights: Rule = {
  source: CREATE_DOC,
  check(inputs): Failure[] {
    const days = inputs["performanceInsightsRetentionPeriod"];
    const enabled = inputs["performanceInsightsEnabled"];
    const failures: Failure[] = [];
    if (enabled !== true && typeof enabled !== "symbol") {
      for (const property of ["performanceInsightsRetentionPeriod", "performanceInsightsKmsKeyId"]) {
        if (inputs[property] !== undefined) {
          failures.push({ property, reason: "needs performanceInsightsEnabled: true" });
        }
      }
    }
    if (typeof days !== "number") return failures;
    const months = days % 31 === 0 && days >= 31 && days <= 713;
    if (days !== 7 && days !== 731 && !months) {
      const reason = `must be 7, 731 or a multiple of 31 up to 713, got ${days}`;
      failures.push({ property: "performanceInsightsRetentionPeriod", reason });
    }
    if (inputs["databaseInsightsMode"] === "advanced" && days < 465) {
      const reason = `must be at least 465 with databaseInsightsMode "advanced", got ${days}`;
      failures.push({ property: "performanceInsightsRetentionPeriod", reason });
    }
    return failures;
  },
};

const insightsMode: Rule = {
  source: CREATE_DOC,
  check: (inputs) =>
    inputs["databaseInsightsMode"] === "advanced" &&
    inputs["performanceInsightsRetentionPeriod"] === undefined
      ? [
          {
            property: "performanceInsightsRetentionPeriod",
            reason: 'must be at least 465 with databaseInsightsMode "advanced"; it was not given',
          },
        ]
      : [],
};

const EXPORTS = ["postgresql", "upgrade"];

const logExports: Rule = {
  source: CREATE_DOC,
  check(inputs) {
    const list = inputs["enabledCloudwatchLogsExports"];
    if (!Array.isArray(list)) return [];
    return (list as readonly unknown[])
      .filter((name): name is string => typeof name === "string" && !EXPORTS.includes(name))
      .map((name) => ({
        property: "enabledCloudwatchLogsExports",
        reason: `must hold ${EXPORTS.join(", ")} alone for postgres, got "${name}"`,
      }));
  },
};

/** A replica is deleted without a snapshot: RDS makes none of it. */
const replicaSnapshot: Rule = {
  source: DELETE_DOC,
  check: (inputs) =>
    inputs["replicateSourceDb"] !== undefined && inputs["finalSnapshotIdentifier"] !== undefined
      ? [
          {
            property: "finalSnapshotIdentifier",
            reason: "FinalDBSnapshotIdentifier can not be specified when deleting a replica instance",
          },
        ]
      : [],
};

const restore: Rule = {
  source: RESTORE_DOC,
  check(inputs): Failure[] {
    const block = inputs["restoreToPointInTime"];
    if (typeof block !== "object" || block === null) return [];
    const given = (key: string): boolean => (block as Readonly<Record<string, unknown>>)[key] !== undefined;
    const failures: Failure[] = [];
    const at = (key: string): string => `restoreToPointInTime.${key}`;
    if (given("sourceDbInstanceAutomatedBackupsArn")) {
      const reason =
        "is not modelled by the stand-in for AWS; name the instance by sourceDbInstanceIdentifier";
      failures.push({ property: at("sourceDbInstanceAutomatedBackupsArn"), reason });
    } else if (given("sourceDbInstanceIdentifier") === given("sourceDbiResourceId")) {
      const reason = "exactly one of sourceDbInstanceIdentifier and sourceDbiResourceId must be given";
      failures.push({ property: at("sourceDbInstanceIdentifier"), reason });
    }
    if (given("restoreTime") === given("useLatestRestorableTime")) {
      const reason = "exactly one of restoreTime and useLatestRestorableTime must be given";
      failures.push({ property: at("restoreTime"), reason });
    }
    return failures;
  },
};

export const instanceRules: readonly Rule[] = [
  identifierRule("identifier", 63, CREATE_DOC),
  matches("identifierPrefix", /^[a-z](-?[a-z0-9])*-?$/, "of a-z, 0-9 and -, a letter first", CREATE_DOC),
  snapshotRule("finalSnapshotIdentifier", DELETE_DOC),
  oneOf("engine", ["postgres"], CREATE_DOC),
  matches("username", /^[A-Za-z]\w{0,62}$/, "1 to 63 letters, digits and _, a letter first", CREATE_DOC),
  reserved("username", "MasterUsername"),
  matches("dbName", /^[A-Za-z]\w{0,62}$/, "1 to 63 letters, digits and _, a letter first", CREATE_DOC),
  reserved("dbName", "DBName"),
  between("port", 1150, 65535, CREATE_DOC),
  between("backupRetentionPeriod", 0, 35, CREATE_DOC),
  oneOf("caCertIdentifier", ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"], CREATE_DOC),
  oneOf("databaseInsightsMode", ["standard", "advanced"], CREATE_DOC),
  oneOf(
    "engineLifecycleSupport",
    ["open-source-rds-extended-support", "open-source-rds-extended-support-disabled"],
    CREATE_DOC,
  ),
  oneOf("licenseModel", ["postgresql-license"], CREATE_DOC),
  oneOf("networkType", ["IPV4"], CREATE_DOC),
  numberIn("monitoringInterval", [0, 1, 5, 10, 15, 30, 60], CREATE_DOC),
  isArn("kmsKeyId", CREATE_DOC),
  isArn("performanceInsightsKmsKeyId", CREATE_DOC),
  isArn("monitoringRoleArn", CREATE_DOC),
  complete,
  instanceClass,
  password,
  zone,
  monitoring,
  insights,
  insightsMode,
  logExports,
  replicaSnapshot,
  restore,
  ...storageRules,
  ...windowRules,
];
