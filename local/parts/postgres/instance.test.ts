import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { INSTANCE } from "../../aws/services/rds/references.ts";
import { readProc } from "../host/process-identity.ts";
import { tracesOf } from "../host/testing/observe.ts";
import { until } from "../host/until.ts";
import { ADMIN, PASSWORD, TestSite, addressOf, allSegments, instanceId, segmentsOf } from "./testing.ts";
import type { StoredResource } from "../../region/protocol.ts";

// Real servers on real hosts, beside whatever else runs on this machine.
jest.setTimeout(120_000);
const SOON = 30_000;

describe("an instance of its own", () => {
  const site = new TestSite();
  let db: StoredResource;
  beforeAll(async () => {
    await site.open();
    db = await site.createInstance("main");
  });
  afterAll(async () => {
    await site.close();
    expect(tracesOf(site.sandbox)).toEqual([]);
  });

  it("answers by its name over TLS, its certificate checked, to the master user", async () => {
    const [row] = await site.query(
      db,
      "SELECT current_user AS who, current_database() AS database, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    expect(row).toEqual({ who: ADMIN, database: "quiz", ssl: true });
    expect(site.machine.dns.resolve(addressOf(db))).toEqual([site.sandbox.address("1.4")]);
  });

  it.each([
    ["without TLS", { ssl: false }, /no pg_hba.conf entry .* no encryption/],
    ["without a password", { password: "" }, /password/],
    ["with a wrong password", { password: "x".repeat(32) }, /password authentication failed/],
    ["as the region's superuser", { user: "rdsadmin" }, /pg_hba.conf rejects connection/],
    ["as the replication role", { user: "rdsrepladmin" }, /pg_hba.conf rejects connection/],
    ["that trusts other authorities", { ssl: { servername: "x" } }, /certificate/],
  ])("refuses a client %s", async (_, options, reason) => {
    await expect(site.connect(db, options)).rejects.toThrow(reason);
  });

  it("gives the master RDS's rights: roles and databases, no superuser's", async () => {
    const [role] = await site.query(
      db,
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
         pg_has_role('rds_superuser', 'member') AS member, pg_has_role('pg_monitor', 'member') AS monitor
       FROM pg_roles WHERE rolname = current_user`,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolcreaterole: true,
      rolcreatedb: true,
      rolreplication: false,
      rolbypassrls: false,
      member: true,
      monitor: true,
    });
    await site.query(db, "CREATE ROLE app_rw LOGIN PASSWORD 'secret0secret1secret2'");
    await site.query(db, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    await expect(site.query(db, "COPY (SELECT 1) TO '/tmp/out'")).rejects.toThrow("must be superuser");
    await expect(site.query(db, "ALTER SYSTEM SET fsync = off")).rejects.toThrow("permission denied");
  });

  it("runs as PostgreSQL's user, syncs to disk, and shows the password nowhere", async () => {
    const { host } = site.servers(db).primary;
    const pid = site.pid(host);
    expect(statSync(`/proc/${pid}`).uid).toBe(
      Number(execFileSync("id", ["-u", "postgres"], { encoding: "utf8" })),
    );
    const settings = await site.query(
      db,
      "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'data_checksums') AND setting = 'on'",
    );
    expect(settings).toHaveLength(3);
    expect(readProc(`/proc/${pid}/cmdline`)).not.toContain(PASSWORD);
    const [statements] = await site.query(
      db,
      "SELECT count(*)::int AS seen FROM pg_stat_statements WHERE query LIKE $1",
      [`%${PASSWORD}%`],
    );
    expect(statements).toEqual({ seen: 0 });
    const folders = [site.sandbox.stateDir, site.sandbox.runDir];
    const { status, stdout } = spawnSync("grep", ["-rlaF", PASSWORD, ...folders], { encoding: "utf8" });
    // grep's 1: nowhere.
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  });

  it("lets nobody but PostgreSQL read its files", () => {
    const folder = join(site.machine.dataDir("postgres"), "nodes", site.servers(db).primary.host);
    const modes = readdirSync(folder).map(
      (name) => [name, statSync(join(folder, name)).mode & 0o077] as const,
    );
    expect(modes.filter(([name, mode]) => mode !== 0 && !name.startsWith(".s."))).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(site.machine.dataDir("postgres"), "replication.pgpass")).mode & 0o777).toBe(0o600);
  });

  it("is started again with all it acknowledged after a crash, and that is no drift", async () => {
    await site.query(db, "CREATE TABLE kept AS SELECT 42 AS answer");
    const { host } = site.servers(db).primary;
    const before = site.pid(host);
    process.kill(before, "SIGKILL");
    await until("crash recovery", SOON, () =>
      site.query(db, "SELECT * FROM kept").then(
        () => true,
        () => false,
      ),
    );
    expect(await site.query(db, "SELECT * FROM kept")).toEqual([{ answer: 42 }]);
    expect(site.pid(host)).not.toBe(before);
    expect(site.servers(db).primary.host).toBe(host);
    expect(await site.driver(INSTANCE).present(db)).toBe(true);
  });

  it("goes on under the same pid when the region is killed and starts anew", async () => {
    const pid = site.pid(site.servers(db).primary.host);
    await site.restartRegion();
    expect(site.pid(site.servers(db).primary.host)).toBe(pid);
    expect(await site.query(db, "SELECT * FROM kept")).toEqual([{ answer: 42 }]);
  });

  it("takes a new password, and the old one is refused", async () => {
    const password = "Another0Correct1Horse2Battery3ab";
    db = await site.update(db, { ...db.outputs, password });
    await expect(site.query(db, "SELECT 1")).rejects.toThrow("password authentication failed");
    expect(await site.query(db, "SELECT 1 AS one", [], { password })).toEqual([{ one: 1 }]);
    db = await site.update(db, { ...db.outputs, password: PASSWORD });
  });

  it("moves to another port, where everything else refuses", async () => {
    db = await site.update(db, { ...db.outputs, port: 5433 });
    expect(await site.query(db, "SELECT 1 AS one", [], { port: 5433 })).toEqual([{ one: 1 }]);
    await expect(site.connect(db, { port: 5432 })).rejects.toThrow("ECONNREFUSED");
    db = await site.update(db, { ...db.outputs, port: 5432 });
  });

  it("is drift when its host was removed by hand, and is not brought back behind one's back", async () => {
    const { host } = site.servers(db).primary;
    await site.machine.hosts.remove(host);
    expect(await site.driver(INSTANCE).present(db)).toBe(false);
    // Two turns of the watch, which looks every second.
    const logged = site.logged.length;
    const end = Date.now() + 2500;
    await until("two turns of the watch", 30_000, () => Date.now() > end);
    expect(site.machine.hosts.get(host)).toBeUndefined();
    expect(site.logged.slice(logged)).toEqual([]);
  });

  it("leaves nothing when it is deleted", async () => {
    const other = await site.createInstance("other");
    const segments = segmentsOf(site);
    expect(segments.length).toBeGreaterThan(0);
    await site.delete(other.id);
    await site.delete(db.id);
    const root = site.machine.dataDir("postgres");
    expect(readdirSync(join(root, "nodes"))).toEqual([]);
    expect(readdirSync(join(root, "instances"))).toEqual([]);
    expect(allSegments().filter((id) => segments.includes(id))).toEqual([]);
    expect(site.machine.hosts.list()).toEqual([]);
    expect(site.machine.processes.list()).toEqual([]);
    expect(site.machine.dns.resolve(addressOf(db))).toEqual([]);
    expect(readdirSync(join(root, "..", "authority")).sort()).toEqual([
      "twinstack-local-ca.crt",
      "twinstack-local-ca.key",
    ]);
  });

  it("finishes a creation that was cut off at any step, and clears one up", async () => {
    const resource = await site.createInstance("cut");
    const { primary } = site.servers(resource);
    const data = join(site.machine.dataDir("postgres"), "nodes", primary.host, "data");
    await site.machine.hosts.remove(primary.host);
    // As it is when the region is killed while the data is being made.
    execFileSync("mv", [data, `${data}.new`]);
    await site.driver(INSTANCE).create(resource, () => undefined);
    expect(await site.query(resource, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(existsSync(`${data}.new`)).toBe(false);
    await site.delete(instanceId("cut"));
    await site.driver(INSTANCE).delete(resource, () => undefined);
    expect(site.machine.hosts.list()).toEqual([]);
  });

  it.each([
    [
      { engineVersion: "17" },
      'Cannot find version 17 for postgres: this machine runs PostgreSQL 15; write engineVersion "15"',
    ],
    [{ engine: "mysql" }, 'engine: "mysql" is not emulated; the local cloud runs "postgres"'],
    [{ dbSubnetGroupName: "none" }, "DB subnet group 'none' does not exist."],
  ])("refuses %j before anything is touched", async (inputs, message) => {
    const resource = {
      ...db,
      id: instanceId("bad"),
      outputs: { ...db.outputs, identifier: "bad", ...inputs },
    };
    await expect(site.driver(INSTANCE).create(resource, () => undefined)).rejects.toThrow(message);
    expect(site.machine.hosts.list()).toEqual([]);
  });
});
