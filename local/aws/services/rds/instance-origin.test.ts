import { AwsError } from "../../model.ts";
import { INSTANCE } from "./references.ts";
import { DAY, makePrimary, makeReplica, world, type World } from "./testing.ts";

let given: World;
beforeEach(() => {
  given = world();
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
