import { z } from "zod";
import { flag, retentionDays, section, text, whole } from "./fields.ts";
import { classMemoryGiB } from "./instance-class.ts";

/** Major versions of PostgreSQL that this program was written for. */
export const POSTGRES_VERSIONS = ["15", "16", "17"] as const;

const CLOCK = "([01]\\d|2[0-3]):[0-5]\\d";
const DAY = "(mon|tue|wed|thu|fri|sat|sun)";

/** Seconds between two figures: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const INTERVALS = [0, 1, 5, 10, 15, 30, 60];

/** Set by this program for a reason, or by RDS alone. */
const OWN_PARAMETERS = ["rds.force_ssl", "password_encryption"];

const parameterSchema = section({
  name: text(
    /^[a-z][a-z0-9_.]*$/,
    "write a parameter of PostgreSQL or RDS in lower case, e.g. work_mem",
  ).refine((name) => !OWN_PARAMETERS.includes(name), {
    error: "leave it out: TLS and SCRAM passwords are not for choice",
  }),
  value: text(/^.+$/, 'write the value as RDS shows it, in quotes, e.g. "8192" or "1"'),
  restart: flag("whether the parameter is static: it waits for the next restart").default(false),
});

export const databaseSchema = section({
  databaseName: text(
    /^(?!rdsadmin$|template[01]$|postgres$)[a-z][a-z0-9_]{0,62}$/,
    "write at most 63 of a-z, 0-9 and _, a letter first, not one of PostgreSQL's own, e.g. twinstack",
  ),
  engineVersion: z.enum(POSTGRES_VERSIONS, {
    error: `write one of ${POSTGRES_VERSIONS.map((version) => `"${version}"`).join(", ")}, in quotes`,
  }),
  allowMajorVersionUpgrade: flag("whether a new engineVersion may upgrade the database").default(false),
  instanceClass: text(
    /^db\./,
    "write an RDS class with PostgreSQL, e.g. db.t4g.micro or db.m7g.large",
  ).refine((name) => !name.startsWith("db.") || classMemoryGiB(name) !== undefined, {
    error: "write an RDS class with PostgreSQL, e.g. db.t4g.micro or db.m7g.large",
  }),
  allocatedStorageGiB: whole(20, 65536, "GiB of gp3 storage"),
  maxAllocatedStorageGiB: whole(0, 65536, "GiB up to which storage grows by itself; 0: never"),
  multiAz: flag("whether a synchronous standby waits in another zone"),
  readReplicas: whole(0, 5, "read replicas"),
  backupRetentionDays: whole(0, 35, "days within which any second can be restored; 0: no backups"),
  backupWindow: text(
    new RegExp(`^${CLOCK}-${CLOCK}$`),
    "write a daily time of at least 30 minutes in UTC such as 02:00-03:00",
  ).default("02:00-03:00"),
  maintenanceWindow: text(
    new RegExp(`^${DAY}:${CLOCK}-${DAY}:${CLOCK}$`),
    "write a weekly time of at least 30 minutes in UTC such as sun:03:30-sun:04:30",
  ).default("sun:03:30-sun:04:30"),
  applyImmediately: flag("whether changes that restart wait for no maintenance window").default(false),
  finalSnapshot: flag("whether a deleted database leaves a snapshot").default(true),
  monitoringIntervalSeconds: z
    .int({ error: intervalInstead() })
    .refine((seconds) => INTERVALS.includes(seconds), { error: intervalInstead() })
    .default(0),
  performanceInsights: flag("whether waits and top queries are kept for 7 days").default(true),
  logRetentionDays: retentionDays(),
  slowQueryMillis: whole(1, 3_600_000, "milliseconds from which a statement is logged").default(1000),
  poolSize: whole(1, 100, "connections each pod keeps to the writer, and to each reader"),
  poolerIdleSeconds: whole(1, 28800, "seconds until the pooler closes an idle client").default(1800),
  parameters: z
    .array(parameterSchema, { error: "write a list of { name, value }" })
    .max(100, { error: "write at most 100 parameters" })
    .default([]),
}).superRefine((database, context) => {
  const refuse = (path: readonly (string | number)[], message: string): void =>
    context.addIssue({ code: "custom", path: [...path], message });
  const { allocatedStorageGiB: size, maxAllocatedStorageGiB: most } = database;
  if (most !== 0 && most < Math.ceil(size * 1.1)) {
    const least = Math.ceil(size * 1.1);
    refuse(
      ["maxAllocatedStorageGiB"],
      `write 0 (never grow) or at least ${least}: RDS wants 10 % above allocatedStorageGiB, which is ${size}`,
    );
  }
  if (database.readReplicas > 0 && database.backupRetentionDays === 0) {
    refuse(
      ["backupRetentionDays"],
      `write at least 1: read replicas (${database.readReplicas}) are made of backups`,
    );
  }
  database.parameters.forEach(({ name }, index) => {
    if (database.parameters.findIndex((other) => other.name === name) < index) {
      refuse(["parameters", index, "name"], "it is there twice, write each once");
    }
  });
});

function intervalInstead(): string {
  return `write one of ${INTERVALS.join(", ")} (seconds between the operating system's figures; 0: none)`;
}

export type DatabaseConfig = z.infer<typeof databaseSchema>;
