import { UNKNOWN } from "../../../provider/provider.ts";
import { INSTANCE } from "./references.ts";
import { failures, PASSWORD, primaryInputs } from "./testing.ts";

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
