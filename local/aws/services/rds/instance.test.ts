import { AwsError } from "../../model.ts";
import { INSTANCE, PARAMETER_GROUP, SUBNET_GROUP } from "./references.ts";
import { DAY, makePrimary, world, type World } from "./testing.ts";

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
