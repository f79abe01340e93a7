import { z } from "zod";
import { connectionBudget, defaultMaxConnections, poolsFit } from "./connections.ts";
import { databaseSchema } from "./database.ts";
import { classMemoryGiB } from "./instance-class.ts";
import { describe as say } from "./problem.ts";
import { check } from "./raw.ts";

const GOOD = {
  databaseName: "twinstack",
  engineVersion: "17",
  instanceClass: "db.t4g.medium",
  allocatedStorageGiB: 20,
  maxAllocatedStorageGiB: 100,
  multiAz: false,
  readReplicas: 1,
  backupRetentionDays: 7,
  logRetentionDays: 30,
  poolSize: 10,
};

const read = (change: object) =>
  check("twinstack", z.object({ database: databaseSchema }), { database: { ...GOOD, ...change } });

it("fills in what is safe for production", () => {
  expect(read({}).value?.database).toEqual({
    ...GOOD,
    allowMajorVersionUpgrade: false,
    backupWindow: "02:00-03:00",
    maintenanceWindow: "sun:03:30-sun:04:30",
    applyImmediately: false,
    finalSnapshot: true,
    monitoringIntervalSeconds: 0,
    performanceInsights: true,
    slowQueryMillis: 1000,
    poolerIdleSeconds: 1800,
    parameters: [],
  });
});

const CLASS = "write an RDS class with PostgreSQL, e.g. db.t4g.micro or db.m7g.large";

it.each([
  [{ engineVersion: 17 }, '.engineVersion is 17: write one of "15", "16", "17", in quotes'],
  [{ engineVersion: "17.2" }, '.engineVersion is "17.2": write one of "15", "16", "17", in quotes'],
  [{ instanceClass: "t4g.micro" }, `.instanceClass is "t4g.micro": ${CLASS}`],
  [{ instanceClass: "db.t4g.4xlarge" }, `.instanceClass is "db.t4g.4xlarge": ${CLASS}`],
  [
    { allocatedStorageGiB: 19 },
    ".allocatedStorageGiB is 19: write a whole number from 20 to 65536 (GiB of gp3 storage)",
  ],
  [
    { maxAllocatedStorageGiB: 21 },
    ".maxAllocatedStorageGiB is 21: write 0 (never grow) or at least 22: RDS wants 10 % above allocatedStorageGiB, which is 20",
  ],
  [{ readReplicas: 6 }, ".readReplicas is 6: write a whole number from 0 to 5 (read replicas)"],
  [
    { backupRetentionDays: 0 },
    ".backupRetentionDays is 0: write at least 1: read replicas (1) are made of backups",
  ],
  [
    { backupWindow: "2:00-3:00" },
    '.backupWindow is "2:00-3:00": write a daily time of at least 30 minutes in UTC such as 02:00-03:00',
  ],
  [
    { maintenanceWindow: "Sun:03:30-Sun:04:30" },
    '.maintenanceWindow is "Sun:03:30-Sun:04:30": write a weekly time of at least 30 minutes in UTC such as sun:03:30-sun:04:30',
  ],
  [
    { monitoringIntervalSeconds: 7 },
    ".monitoringIntervalSeconds is 7: write one of 0, 1, 5, 10, 15, 30, 60 (seconds between the operating system's figures; 0: none)",
  ],
  [
    { databaseName: "postgres" },
    '.databaseName is "postgres": write at most 63 of a-z, 0-9 and _, a letter first, not one of PostgreSQL\'s own, e.g. twinstack',
  ],
  [
    { parameters: [{ name: "rds.force_ssl", value: "0" }] },
    '.parameters[0].name is "rds.force_ssl": leave it out: TLS and SCRAM passwords are not for choice',
  ],
  [
    { parameters: [{ name: "work_mem", value: 8192 }] },
    '.parameters[0].value is 8192: write the value as RDS shows it, in quotes, e.g. "8192" or "1"',
  ],
  [
    {
      parameters: [
        { name: "work_mem", value: "1" },
        { name: "work_mem", value: "2" },
      ],
    },
    '.parameters[1].name is "work_mem": it is there twice, write each once',
  ],
])("refuses %j with that message alone", (change, message) => {
  expect(read(change).problems.map(say)).toEqual([`twinstack:database${message}`]);
});

it("names an unknown key and a missing one", () => {
  expect(read({ replicas: 2 }).problems.map(say)).toEqual([
    expect.stringMatching(
      /^twinstack:database\.replicas is 2: no such key, use one of databaseName, engineVersion/,
    ),
  ]);
  expect(read({ poolSize: undefined }).problems.map(say)).toEqual([
    "twinstack:database.poolSize is missing: write a whole number from 1 to 100 (connections each pod keeps to the writer, and to each reader)",
  ]);
});

it("needs no backups without replicas", () => {
  expect(read({ readReplicas: 0, backupRetentionDays: 0 }).problems).toEqual([]);
});

it.each([
  ["db.t4g.micro", 1],
  ["db.t3.2xlarge", 32],
  ["db.m7g.large", 8],
  ["db.m7i.24xlarge", 384],
  ["db.r7g.4xlarge", 128],
  ["db.r7g.24xlarge", undefined],
  ["db.x2g.large", undefined],
  ["db.m7g", undefined],
])("knows the memory of %s: %s GiB", (name, memory) => expect(classMemoryGiB(name)).toBe(memory));

describe("the connection budget", () => {
  it("follows RDS's formula, or the parameter that takes its place", () => {
    expect(defaultMaxConnections("db.t4g.micro")).toBe(84);
    expect(defaultMaxConnections("db.m7g.large")).toBe(873);
    expect(defaultMaxConnections("db.r7g.16xlarge")).toBe(5000);
    const parameters = [{ name: "max_connections", value: "200", restart: true }];
    expect(connectionBudget({ instanceClass: "db.t4g.micro", parameters })).toBe(190);
  });

  const fit = (poolSize: number, max: number, instanceClass = "db.t4g.micro") =>
    poolsFit({
      database: { instanceClass, poolSize, parameters: [] },
      service: { replicas: { max } },
    }).map(say);

  it("takes pools that fit, to the last connection", () => {
    // 84 − 10 = 74 = (2 × 18 + 1) × 2
    expect(fit(2, 18)).toEqual([]);
    expect(fit(2, 19)).toEqual([
      "twinstack:database.poolSize is 2: write at most 1, or take a larger instanceClass or a smaller twinstack:service.replicas.max: two colours of 19 pods and a worker open 78 connections, and db.t4g.micro has 74 for them",
    ]);
  });

  it("asks for a larger class when not even one connection a pod fits", () => {
    expect(fit(1, 37)).toEqual([
      "twinstack:database.poolSize is 1: take a larger instanceClass or a smaller twinstack:service.replicas.max: two colours of 37 pods and a worker open 75 connections, and db.t4g.micro has 74 for them",
    ]);
    expect(fit(10, 30, "db.m7g.large")).toEqual([]);
  });
});
