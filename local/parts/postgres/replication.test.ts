import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readProc } from "../host/process-identity.ts";
import { tracesOf } from "../host/testing/observe.ts";
import { until } from "../host/until.ts";
import { withSession } from "./admin.ts";
import { takeBaseBackup } from "./base-backup.ts";
import { Copies } from "./copies.ts";
import { readInstance } from "./instance-input.ts";
import { nodeLayout, slotName } from "./layout.ts";
import { HOME } from "./program.ts";
import { InstanceRecords } from "./record.ts";
import { ensureReplica } from "./replica.ts";
import { connectionTo, ensureSlot, freeSlot, type Leader } from "./replication.ts";
import { answers } from "./server.ts";
import { ownFolder } from "./server-files.ts";
import { TIMING, leaderOf, type Site } from "./site.ts";
import { isStreaming } from "./standby.ts";
import { TestSite, addressOf } from "./testing.ts";
import type * as Standby from "./standby.ts";
import type { StoredResource } from "../../region/protocol.ts";

/** So often a follower is said not to stream yet, as one that has only just been started. */
let notYet = 0;
jest.mock("./standby.ts", () => {
  const actual = jest.requireActual<typeof Standby>("./standby.ts");
  return {
    ...actual,
    isStreaming: async (...args: Parameters<typeof actual.isStreaming>) => {
      if (notYet > 0) notYet -= 1;
      else return actual.isStreaming(...args);
      return false;
    },
  };
});

// A real server on a real host, beside whatever else runs on this machine.
jest.setTimeout(120_000);
const SOON = 60_000;

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

it("copies for a follower whose slot the leader still believes to be in use", async () => {
  const { machine } = site;
  const host = machine.hosts.get(site.servers(db).primary.host);
  const leader: Leader = {
    host: host?.name ?? "",
    address: host?.address ?? "",
    endpoint: addressOf(db),
    port: 5432,
  };
  const follower = leader.host;
  await ensureSlot(machine, leader, follower);
  const folder = mkdtempSync(join(machine.dataDir("postgres"), "copy-"));
  await ownFolder(machine, folder);
  const connection = await connectionTo(machine, leader, "gone");
  const stream = ["--directory", folder, "--slot", slotName(follower), "--dbname", connection, "--no-loop"];
  const asOwner = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=KILL", "--"];
  const gone = machine
    .run("setpriv", [...asOwner, "/usr/lib/postgresql/15/bin/pg_receivewal", ...stream], {
      host: follower,
      env: HOME,
    })
    .then(
      () => "ended",
      () => "cut off",
    );
  await until("the slot to be in use", 30_000, () =>
    withSession(machine, leader, async (session) => {
      const rows = await session.query("SELECT FROM pg_replication_slots WHERE active");
      return rows.length === 1;
    }),
  );
  const target = join(folder, "copied");
  await freeSlot(machine, leader, follower);
  const slot = slotName(follower);
  await takeBaseBackup(machine, leader, target, { host: follower, name: `copy-${follower}`, slot });
  expect(existsSync(join(target, "backup_label"))).toBe(true);
  expect(await gone).toBe("cut off");
  rmSync(folder, { recursive: true });
});

it("makes a slot anew that fell behind by more than the leader keeps: it could never be used again", async () => {
  const { machine } = site;
  const primary = site.servers(db).primary;
  const status = async (): Promise<unknown> =>
    withSession(machine, primary, async (session) => {
      const [slot] = await session.query(
        "SELECT wal_status, active FROM pg_replication_slots WHERE slot_name = 'pg_behind_0'",
      );
      return slot;
    });
  await ensureSlot(machine, primary, "pg-behind-0");
  expect(await status()).toEqual({ wal_status: "reserved", active: false });
  await withSession(machine, primary, async (session) => {
    for (const setting of ["max_slot_wal_keep_size = 1", "wal_keep_size = 0"])
      await session.query(`ALTER SYSTEM SET ${setting}`);
    await session.query("SELECT pg_reload_conf()");
  });
  await until("the slot to be lost", 30_000, async () => {
    await withSession(machine, primary, async (session) => {
      await session.query("SELECT pg_switch_wal() FROM (SELECT pg_current_xact_id()) AS written");
      await session.query("CHECKPOINT");
    });
    return ((await status()) as { wal_status: string }).wal_status === "lost";
  });
  await ensureSlot(machine, primary, "pg-behind-0");
  expect(await status()).toEqual({ wal_status: "reserved", active: false });
  await withSession(machine, primary, async (session) => {
    await session.query("ALTER SYSTEM RESET ALL");
    await session.query("SELECT pg_reload_conf()");
    await session.query("SELECT pg_drop_replication_slot('pg_behind_0')");
  });
});

/** What an instance's steps share, as the drivers have it, with a log of its own. */
const parts = (logged: string[] = []): Site => ({
  machine: site.machine,
  account: site.account,
  records: new InstanceRecords(site.machine),
  copies: new Copies(),
  timing: TIMING,
  parameters: () => [],
  resource: (id) => site.record.get(id),
  log: (message) => logged.push(message),
});

describe("a replica whose copy takes hours", () => {
  let reader: StoredResource;
  const host = (): string => site.servers(reader).primary.host;
  const streams = (): Promise<boolean> =>
    isStreaming(parts(), site.servers(db).primary, host()).catch(() => false);
  const copies = (): number => site.logged.filter((line) => line.startsWith("reader: copying")).length;

  it("is copied once, and follows", async () => {
    notYet = 3;
    // Three hours go by from when the copy begins to its end.
    site.timing.now = () => Date.now() + (copies() === 0 ? 0 : 3 * 3600_000);
    reader = await site.createInstance("reader", {
      replicateSourceDb: "main",
      password: null,
      availabilityZone: "eu-central-1b",
    });
    expect(copies()).toBe(1);
    expect(site.logged.filter((line) => line.includes("is active"))).toEqual([]);
    expect(await streams()).toBe(true);
  });

  it("is not copied anew when it has found its way meanwhile", async () => {
    const logged: string[] = [];
    const [record, before] = [site.servers(reader), site.pid(host())];
    const of = parts(logged);
    const leader = leaderOf(of, site.servers(db), readInstance(db, site.account));
    if (leader === undefined) throw new Error("the primary has no host");
    const progress = await ensureReplica(of, readInstance(reader, site.account), record, leader, true);
    expect([progress, logged, site.pid(host()), of.copies.state(host())]).toEqual([
      "done",
      [],
      before,
      "none",
    ]);
  });

  it("is copied anew once, stopped meanwhile, when somebody has promoted it by hand", async () => {
    // Twenty seconds a look: it is astray at the second one.
    let clock = Date.now();
    site.timing.now = () => (clock += 20_000);
    site.timing.maxRate = "12M";
    await withSession(site.machine, { host: host() }, (session) => session.query("SELECT pg_promote(true)"));
    await until("the copy to begin", SOON, () => copies() === 2);
    await until("its server to be stopped", SOON, () => !site.runs(host()));
    Object.assign(site.timing, TIMING);
    await until("the replica to follow", SOON, streams);
    expect(copies()).toBe(2);
    expect(await site.query(reader, "SELECT pg_is_in_recovery() AS follows")).toEqual([{ follows: true }]);
  });
});

it("tells at once that a server refuses the region, in the server's words, instead of waiting", async () => {
  Object.assign(site.timing, TIMING);
  const { host } = site.servers(db).primary;
  const { accessRules } = nodeLayout(site.machine, host);
  const rules = readFileSync(accessRules, "utf8");
  const reload = (): void => void process.kill(site.pid(host), "SIGHUP");
  writeFileSync(accessRules, "local all all reject\n");
  reload();
  await until("the rule to be read", SOON, async () => !(await answers(site.machine, { host })));
  await expect(site.update(db, { ...db.outputs })).rejects.toThrow("pg_hba.conf rejects connection");
  writeFileSync(accessRules, rules);
  reload();
  await until("the rule to be read", SOON, () => answers(site.machine, { host }));
});

it("goes on looking after a primary that hangs while its standby is being copied", async () => {
  Object.assign(site.timing, { ...TIMING, hungMs: 500, maxRate: "1M" });
  await site.restartRegion();
  const { primary } = site.servers(db);
  const before = site.pid(primary.host);
  const changed = site.update(db, { ...db.outputs, multiAz: true });
  const standby = (): string => site.servers(db).standby?.host ?? "";
  await until(
    "the copy to be under way",
    SOON,
    async () => standby() !== "" && (await copiers(standby())) === 1,
  );
  site.hang(primary.host);
  await until("another server", SOON, () => site.runs(primary.host) && site.pid(primary.host) !== before);
  site.timing.maxRate = undefined;
  db = await changed;
  expect(site.servers(db)).toMatchObject({ primary, synchronous: true });
  expect(await copiers(standby())).toBe(0);
});

/** Programs that copy for a follower now; each has a child for the WAL, which is not counted. */
async function copiers(host: string): Promise<number> {
  const found = await site.machine
    .run("pgrep", ["--full", `^[^ ]*pg_basebackup .*application_name=copy-${host}`])
    .catch(() => "");
  const pids = found.split("\n").filter((line) => line !== "");
  return pids.filter((pid) => !pids.includes(parentOf(pid))).length;
}

const parentOf = (pid: string): string =>
  /^PPid:\s+(\d+)$/m.exec(readProc(`/proc/${pid}/status`) ?? "")?.[1] ?? "";
