import { readFileSync } from "node:fs";
import { PARAMETER_GROUP } from "../../aws/services/rds/references.ts";
import { tracesOf } from "../host/testing/observe.ts";
import { withSession } from "./admin.ts";
import { changedSettings } from "./drift.ts";
import { nodeLayout } from "./layout.ts";
import { readParameters } from "./parameters.ts";
import { TestSite, parameterGroup } from "./testing.ts";
import type { Parameter } from "./parameters.ts";
import type { StoredResource } from "../../region/protocol.ts";

// Real servers on real hosts, beside whatever else runs on this machine.
jest.setTimeout(120_000);

const PARAMETERS = { log_min_duration_statement: "500", work_mem: "2048", max_connections: "60" };

const site = new TestSite();
let group: StoredResource;
let db: StoredResource;
let replica: StoredResource;

/** As an administrator of the machine does it, as the superuser through the socket. */
const byHand = async (of: StoredResource, ...statements: readonly string[]): Promise<void> =>
  withSession(site.machine, site.servers(of).primary, async (session) => {
    for (const statement of [...statements, "SELECT pg_reload_conf()"]) await session.query(statement);
  });
const show = async (of: StoredResource, name: string): Promise<unknown> =>
  (await site.query(of, `SELECT setting FROM pg_settings WHERE name = '${name}'`))[0]?.["setting"];
const observed = async (): Promise<readonly Parameter[] | undefined> => {
  const { inputs } = (await site.driver(PARAMETER_GROUP).observe?.(group)) ?? {};
  return inputs === undefined ? undefined : readParameters(inputs);
};
const parametersWith = (change: Readonly<Record<string, string>>): readonly Parameter[] =>
  readParameters(parameterGroup("own", { ...PARAMETERS, ...change }));

beforeAll(async () => {
  await site.open();
  group = await site.createGroup("own", PARAMETERS);
  db = await site.createInstance("main", { parameterGroupName: "own", multiAz: true });
  replica = await site.createInstance("reader", {
    parameterGroupName: "own",
    replicateSourceDb: "main",
    password: null,
    availabilityZone: "eu-central-1c",
  });
});
afterAll(async () => {
  await site.close();
  expect(tracesOf(site.sandbox)).toEqual([]);
});

it("runs with the group's parameters, and sees no drift", async () => {
  expect(await show(db, "log_min_duration_statement")).toBe("500");
  expect(await show(replica, "max_connections")).toBe("60");
  expect(await observed()).toBeUndefined();
});

it("sees a parameter of the group that ALTER SYSTEM changed, and an update mends it", async () => {
  await byHand(db, "ALTER SYSTEM SET work_mem = '1024'");
  expect(await observed()).toEqual(parametersWith({ work_mem: "1024" }));
  group = await site.update(group, group.outputs);
  expect(await observed()).toBeUndefined();
  expect(await show(db, "work_mem")).toBe("2048");
});

it("sees a parameter that no group has, and a change of a setting that is the region's, on a replica too", async () => {
  await byHand(replica, "ALTER SYSTEM SET statement_timeout = '9s'", "ALTER SYSTEM SET wal_keep_size = '0'");
  expect(await observed()).toEqual(parametersWith({ statement_timeout: "9s", wal_keep_size: "0" }));
  group = await site.update(group, group.outputs);
  expect(await observed()).toBeUndefined();
  expect(await show(replica, "statement_timeout")).toBe("0");
});

it("applies a changed parameter to all servers, and a static one at the next start alone", async () => {
  const next = parameterGroup("own", { ...PARAMETERS, work_mem: "3072", max_connections: "70" });
  group = await site.update(group, next);
  expect([await show(db, "work_mem"), await show(replica, "work_mem")]).toEqual(["3072", "3072"]);
  expect(await show(db, "max_connections")).toBe("60");
  expect(await observed()).toBeUndefined();
});

it("refuses a value that PostgreSQL does not take, and stays as it was", async () => {
  const wrong = parameterGroup("own", { ...PARAMETERS, work_mem: "much" });
  await expect(site.update(group, wrong)).rejects.toThrow("Invalid parameter value: much for: work_mem");
  expect(await show(db, "work_mem")).toBe("3072");
  expect(await observed()).toBeUndefined();
  const { configuration } = nodeLayout(site.machine, site.servers(db).primary.host);
  expect(readFileSync(configuration, "utf8")).not.toContain("much");
});

it.each([
  ["rds.logical_replication", "1", "rds.logical_replication is not emulated"],
  ["shared_buffers", "{DBInstanceClassMemory/32768}", "counts in the class's memory"],
  ["shared_preload_libraries", "pg_cron", "pg_cron is not installed"],
])("refuses %s = %s by name before anything is touched", async (name, value, reason) => {
  await expect(site.update(group, parameterGroup("own", { [name]: value }))).rejects.toThrow(reason);
  expect(await observed()).toBeUndefined();
});

it("tells changed, added and removed settings apart, whatever their case", () => {
  const written = { TimeZone: "UTC", work_mem: "2MB", port: "5432" };
  expect(changedSettings(written, { timezone: "UTC", work_mem: "4MB", log_statement: "all" })).toEqual({
    work_mem: "4MB",
    port: undefined,
    log_statement: "all",
  });
});
