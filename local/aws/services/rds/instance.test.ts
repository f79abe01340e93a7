import { UNKNOWN } from "../../../provider/provider.ts";
import { AwsError } from "../../model.ts";
import { INSTANCE, PARAMETER_GROUP, SUBNET_GROUP } from "./references.ts";
import { failures, makePrimary, makeReplica, PASSWORD, primaryInputs, world, type World } from "./testing.ts";

const DAY = 24 * 3600 * 1000;

let given: World;
beforeEach(() => {
  given = world();
});

describe("a primary", () => {
  it("answers as RDS does", () => {
    const { id, outputs } = makePrimary(given);
    expect(id).toMatch(/^db-[A-Z2-7]{26}$/);
    const address = outputs["address"] as string;
    expect(address).toMatch(/^quiz\.c[a-z0-9]{11}\.eu-central-1\.rds\.amazonaws\.com$/);
    expect(outputs).toMatchObject({
      allocatedStorage: 20,
      arn: "arn:aws:rds:eu-central-1:000000000000:db:quiz",
      availabilityZone: "eu-central-1a",
      backupRetentionPeriod: 7,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      dbSubnetGroupName: "data",
      endpoint: `${address}:5432`,
      engineVersion: "15",
      engineVersionActual: expect.stringMatching(/^15\.\d+$/) as string,
      hostedZoneId: "Z1RLNUO7B9Q6NB",
      iops: 3000,
      kmsKeyId: "",
      multiAz: false,
      optionGroupName: "default:postgres-15",
      parameterGroupName: "pg15",
      port: 5432,
      replicas: [],
      resourceId: id,
      status: "available",
      storageThroughput: 125,
      vpcSecurityGroupIds: [given.group],
    });
    expect(Date.now() - Date.parse(outputs["latestRestorableTime"] as string)).toBeLessThan(DAY);
  });

  it("has the same address when it is made again, and another instance another one", () => {
    const first = makePrimary(given);
    given.account.remove(first);
    const again = makePrimary(given);
    expect(again.id).not.toBe(first.id);
    expect(again.outputs["address"]).toBe(first.outputs["address"]);
    expect(makePrimary(given, { identifier: "other" }).outputs["address"]).toBe(
      (first.outputs["address"] as string).replace("quiz.", "other."),
    );
  });

  it("goes to the zone asked for, or the emptiest one; without groups it has the network's own", () => {
    makePrimary(given);
    const second = makePrimary(given, { identifier: "second", vpcSecurityGroupIds: [] });
    expect(second.outputs).toMatchObject({
      availabilityZone: "eu-central-1b",
      vpcSecurityGroupIds: [given.vpc.outputs["defaultSecurityGroupId"]],
    });
    const asked = makePrimary(given, { identifier: "third", availabilityZone: "eu-central-1b" });
    expect(asked.outputs["availabilityZone"]).toBe("eu-central-1b");
    expect(() => makePrimary(given, { identifier: "fourth", availabilityZone: "eu-central-1c" })).toThrow(
      "the DB subnet group data has no subnet there, but in eu-central-1a, eu-central-1b",
    );
  });

  it.each([
    [{}, "DBInstanceAlreadyExists", "DB instance already exists"],
    [{ dbSubnetGroupName: "none" }, "DBSubnetGroupNotFoundFault", "DB subnet group 'none' does not exist."],
    [{ parameterGroupName: "none" }, "DBParameterGroupNotFound", "DBParameterGroup not found: none"],
    [
      { engineVersion: "16" },
      "InvalidParameterCombination",
      "The parameter group pg15 with DBParameterGroupFamily postgres15 can't be used for this instance. Please use a parameter group with DBParameterGroupFamily postgres16",
    ],
    [
      { engineVersion: "9.6" },
      "InvalidParameterCombination",
      "Cannot find version 9.6 for postgres (the stand-in knows the major versions 14, 15, 16, 17)",
    ],
    [
      { vpcSecurityGroupIds: ["sg-none"] },
      "InvalidParameterValue",
      "Invalid security group, groupId= sg-none, which was not found",
    ],
    [
      { kmsKeyId: "arn:aws:kms:eu-central-1:000000000000:key/none" },
      "KMSKeyNotAccessibleFault",
      "The specified KMS key [arn:aws:kms:eu-central-1:000000000000:key/none] does not exist, is not enabled or you do not have permissions to access it.",
    ],
    [
      { monitoringRoleArn: "arn:aws:iam::000000000000:role/none", monitoringInterval: 60 },
      "InvalidParameterValue",
      "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
    ],
  ])("is refused with %j", (more, code, message) => {
    makePrimary(given);
    const identifier = Object.keys(more).length === 0 ? "quiz" : "other";
    const make = () => makePrimary(given, { identifier, ...more });
    expect(make).toThrow(new AwsError(code, message));
    expect(make).toThrow(expect.objectContaining({ code }) as Error);
    expect(given.account.all(INSTANCE)).toHaveLength(1);
  });

  it("keeps a protected one, and asks for a last snapshot", () => {
    const made = makePrimary(given, { deletionProtection: true, skipFinalSnapshot: false });
    expect(() => given.account.remove(made)).toThrow(
      new AwsError(
        "InvalidParameterCombination",
        "Cannot delete protected DB Instance, please disable deletion protection and try again.",
      ),
    );
    const open = given.account.update(made, { ...made.inputs, deletionProtection: false });
    expect(() => given.account.remove(open)).toThrow(
      "finalSnapshotIdentifier is required when skipFinalSnapshot is false",
    );
    const snapshot = given.account.update(open, { ...open.inputs, finalSnapshotIdentifier: "quiz-final" });
    expect(() => given.account.remove(snapshot)).not.toThrow();
  });
});

describe("a change", () => {
  const change = (more: Record<string, unknown>) => () => {
    const made = given.account.all(INSTANCE)[0] ?? makePrimary(given);
    return given.account.update(made, { ...made.inputs, ...(more as object) });
  };

  it("renames in place, and the endpoint follows", () => {
    const { id, outputs } = change({ identifier: "quiz2", port: 5433 })();
    expect(outputs["resourceId"]).toBe(id);
    expect(outputs["endpoint"]).toMatch(/^quiz2\..*\.rds\.amazonaws\.com:5433$/);
    expect(outputs["arn"]).toBe("arn:aws:rds:eu-central-1:000000000000:db:quiz2");
  });

  it("grows the storage by a tenth at least, and never shrinks it", () => {
    expect(change({ allocatedStorage: 21 })().outputs["allocatedStorage"]).toBe(22);
    expect(change({ allocatedStorage: 100 })().outputs["allocatedStorage"]).toBe(100);
    expect(change({ allocatedStorage: 20 })).toThrow(
      "The storage of quiz cannot be smaller than its 100 GiB.",
    );
  });

  it("upgrades a major version only when allowed, with a group of its family, and never back", () => {
    makePrimary(given);
    expect(change({ engineVersion: "16" })).toThrow(
      "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
    );
    expect(change({ engineVersion: "16", allowMajorVersionUpgrade: true })).toThrow(
      "The parameter group pg15 with DBParameterGroupFamily postgres15 can't be used",
    );
    given.account.make(PARAMETER_GROUP, { name: "pg16", family: "postgres16" });
    const upgraded = change({
      engineVersion: "16",
      allowMajorVersionUpgrade: true,
      parameterGroupName: "pg16",
    })();
    expect(upgraded.outputs["engineVersionActual"]).toMatch(/^16\./);
    expect(change({ engineVersion: "15", parameterGroupName: "pg15" })).toThrow(
      /^Cannot upgrade postgres from 16/,
    );
  });

  it("moves to no other subnet group of its VPC", () => {
    makePrimary(given);
    given.account.make(SUBNET_GROUP, { name: "other", subnetIds: [...given.subnets] });
    expect(change({ dbSubnetGroupName: "other" })).toThrow(
      expect.objectContaining({ code: "InvalidVPCNetworkStateFault" }) as Error,
    );
  });
});

describe("a read replica", () => {
  it("is its source's copy, in the zone asked for", () => {
    const key = given.account.make("aws:kms/key:Key", {});
    const arn = key.outputs["arn"] as string;
    makePrimary(given, { storageEncrypted: true, kmsKeyId: arn, maxAllocatedStorage: 100 });
    const { outputs } = makeReplica(given, "quiz-replica-0", {
      availabilityZone: "eu-central-1b",
      storageEncrypted: true,
      vpcSecurityGroupIds: [given.group],
    });
    expect(outputs).toMatchObject({
      allocatedStorage: 20,
      availabilityZone: "eu-central-1b",
      backupRetentionPeriod: 0,
      dbName: "quiz",
      dbSubnetGroupName: "data",
      endpoint: expect.stringMatching(/^quiz-replica-0\..*:5432$/) as string,
      engine: "postgres",
      kmsKeyId: arn,
      parameterGroupName: "pg15",
      replicateSourceDb: "quiz",
      storageType: "gp3",
      username: "twinstack_admin",
    });
    expect(outputs).not.toHaveProperty("password");
  });

  it.each([
    [{ replicateSourceDb: "none" }, "DBInstanceNotFound", "DBInstance none not found."],
    [
      { dbSubnetGroupName: "data" },
      "DBSubnetGroupNotAllowedFault",
      "The DB subnet group shouldn't be specified while creating read replicas that lie in the same region as the source instance.",
    ],
    [
      { storageEncrypted: true },
      "InvalidParameterCombination",
      "storageEncrypted of a copy in the same region must be that of its source quiz (false), got true",
    ],
  ])("is refused with %j", (more, code, message) => {
    makePrimary(given, { storageEncrypted: false });
    const make = () => makeReplica(given, "copy", more);
    expect(make).toThrow(new AwsError(code, message));
    expect(make).toThrow(expect.objectContaining({ code }) as Error);
  });

  it("needs backups at its source, from its creation on", () => {
    const source = makePrimary(given, { backupRetentionPeriod: 0 });
    expect(() => makeReplica(given, "copy")).toThrow(
      expect.objectContaining({ code: "InvalidDBInstanceState" }) as Error,
    );
    const backed = given.account.update(source, { ...source.inputs, backupRetentionPeriod: 1 });
    makeReplica(given, "copy");
    expect(() => given.account.update(backed, { ...backed.inputs, backupRetentionPeriod: 0 })).toThrow(
      "Backups cannot be disabled while the DB instance has read replicas",
    );
  });

  it("keeps its source; promotion is refused by name", () => {
    const source = makePrimary(given);
    const copy = makeReplica(given, "copy");
    expect(() => makeReplica(given, "deep", { replicateSourceDb: "copy" })).toThrow(
      "Automated backups are not enabled for this database instance (copy)",
    );
    expect(() => given.account.remove(source)).toThrow("quiz still has the read replica copy");
    const { replicateSourceDb: _, ...alone } = copy.inputs;
    expect(() => given.account.update(copy, alone)).toThrow("does not model the promotion of a replica");
    given.account.remove(copy);
    expect(() => given.account.remove(source)).not.toThrow();
  });
});

describe("a restore to a point in time", () => {
  const restore =
    (block: object, more = {}) =>
    () =>
      given.account.make(INSTANCE, {
        identifier: "drill",
        instanceClass: "db.t4g.micro",
        dbSubnetGroupName: "data",
        skipFinalSnapshot: true,
        restoreToPointInTime: { ...block },
        ...more,
      });

  it("takes engine, user and database from its source, and stands alone", () => {
    const source = makePrimary(given);
    const { outputs } = restore({ sourceDbInstanceIdentifier: "quiz", useLatestRestorableTime: true })();
    expect(outputs).toMatchObject({
      allocatedStorage: 20,
      dbName: "quiz",
      engine: "postgres",
      engineVersionActual: source.outputs["engineVersionActual"],
      parameterGroupName: "pg15",
      username: "twinstack_admin",
    });
    expect(outputs).not.toHaveProperty("replicateSourceDb");
    expect(() => given.account.remove(source)).not.toThrow();
  });

  it("needs a source with backups, and a time in the past", () => {
    const block = { sourceDbInstanceIdentifier: "quiz", restoreTime: "2026-01-01T00:00:00Z" };
    expect(restore(block)).toThrow("DBInstance quiz not found.");
    const source = makePrimary(given, { backupRetentionPeriod: 0 });
    expect(restore(block)).toThrow(
      expect.objectContaining({ code: "PointInTimeRestoreNotEnabled" }) as Error,
    );
    given.account.update(source, { ...source.inputs, backupRetentionPeriod: 1 });
    const soon = new Date(Date.now() + DAY).toISOString();
    expect(restore({ ...block, restoreTime: soon })).toThrow("is not in the past");
    expect(restore({ ...block, restoreTime: "noon" })).toThrow("is not in the past");
  });
});

describe("at the preview", () => {
  it("passes a good primary, and what is not known yet", () => {
    expect(failures(INSTANCE, primaryInputs({ group: "sg" }))).toEqual([]);
    const unknown = Object.fromEntries(
      Object.keys(primaryInputs({ group: "" })).map((key) => [key, UNKNOWN]),
    );
    expect(failures(INSTANCE, unknown)).toEqual([]);
  });

  it.each([
    [
      { identifier: "Quiz" },
      "identifier",
      /a letter first, no hyphen at the end and no two in a row, got "Quiz"$/,
    ],
    [{ identifier: `a${"b".repeat(63)}` }, "identifier", /^must be at most 63/],
    [{ identifier: "a--b" }, "identifier", /got "a--b"$/],
    [{ finalSnapshotIdentifier: "last-" }, "finalSnapshotIdentifier", /got "last-"$/],
    [{ engine: "mysql" }, "engine", 'must be one of postgres, got "mysql"'],
    [{ instanceClass: "db.t4g.tiny" }, "instanceClass", /^Invalid DB Instance class: db.t4g.tiny/],
    [{ username: "admin" }, "username", /^MasterUsername admin cannot be used as it is a reserved word/],
    [{ username: undefined }, "username", /^is required for an instance that is no replica/],
    [{ allocatedStorage: 19 }, "allocatedStorage", /between 20 and 65536 for gp3, got 19$/],
    [
      { maxAllocatedStorage: 21 },
      "maxAllocatedStorage",
      /at least 10 % above allocatedStorage \(20\): 22 or more/,
    ],
    [{ iops: 4000 }, "iops", /^cannot be set for engine postgres, gp3 and less than 400 GiB/],
    [{ storageType: "gp4" }, "storageType", /^must be one of gp2, gp3, io1, io2, standard/],
    [{ storageType: "io2", allocatedStorage: 100 }, "iops", "is required for io2"],
    [{ backupRetentionPeriod: 36 }, "backupRetentionPeriod", "must be between 0 and 35, got 36"],
    [{ port: 1149 }, "port", "must be between 1150 and 65535, got 1149"],
    [{ multiAz: true, availabilityZone: "eu-central-1a" }, "availabilityZone", /not valid for Multi-AZ/],
    [{ monitoringInterval: 60 }, "monitoringRoleArn", /^A MonitoringRoleARN value is required/],
    [
      { monitoringInterval: 7, monitoringRoleArn: UNKNOWN },
      "monitoringInterval",
      /^must be one of 0, 1, 5, 10, 15, 30, 60/,
    ],
    [
      { performanceInsightsRetentionPeriod: 7 },
      "performanceInsightsRetentionPeriod",
      /^needs performanceInsightsEnabled/,
    ],
    [
      { performanceInsightsEnabled: true, performanceInsightsRetentionPeriod: 8 },
      "performanceInsightsRetentionPeriod",
      /^must be 7, 731 or a multiple of 31 up to 713, got 8$/,
    ],
    [
      { enabledCloudwatchLogsExports: ["audit"] },
      "enabledCloudwatchLogsExports",
      /alone for postgres, got "audit"$/,
    ],
    [{ backupWindow: "3:00-4:00" }, "backupWindow", /^must be written as 02:00-03:00/],
    [{ backupWindow: "03:00-03:15" }, "backupWindow", /^must last at least 30 minutes/],
    [
      { backupWindow: "23:30-00:30", maintenanceWindow: "mon:00:00-mon:01:00" },
      "maintenanceWindow",
      /^The backup window and maintenance window must not overlap/,
    ],
    [
      { restoreToPointInTime: { sourceDbInstanceIdentifier: "a" } },
      "restoreToPointInTime.restoreTime",
      /^exactly one of restoreTime and useLatestRestorableTime/,
    ],
  ])("refuses %j", (more, property, reason) => {
    expect(failures(INSTANCE, { ...primaryInputs({ group: "sg" }), ...more })).toEqual([
      { property, reason: expect.stringMatching(reason) as string },
    ]);
  });

  it.each(["sh0rt", `${PASSWORD}@`, `${PASSWORD} `, "a".repeat(129)])(
    "refuses a bad password without showing it",
    (password) => {
      const [failure, ...more] = failures(INSTANCE, { ...primaryInputs({ group: "sg" }), password });
      expect(more).toEqual([]);
      expect(failure).toMatchObject({ property: "password" });
      expect(JSON.stringify(failure)).not.toContain(password.slice(0, 8));
    },
  );

  it("takes windows that touch, and a maintenance on the day before", () => {
    const inputs = { ...primaryInputs({ group: "sg" }), backupWindow: "02:00-03:00" };
    expect(failures(INSTANCE, { ...inputs, maintenanceWindow: "sun:03:00-sun:04:00" })).toEqual([]);
    expect(failures(INSTANCE, { ...inputs, maintenanceWindow: "sun:23:00-mon:02:00" })).toEqual([]);
    expect(failures(INSTANCE, { ...inputs, maintenanceWindow: "sun:23:00-mon:02:01" })).toHaveLength(1);
  });
});
