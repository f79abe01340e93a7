import { readdirSync } from "node:fs";
import { join } from "node:path";
import { tracesOf } from "../host/testing/observe.ts";
import { until } from "../host/until.ts";
import { backUp, baseBackups, prune } from "./backups.ts";
import { readInstance } from "./instance-input.ts";
import { backupLayout } from "./layout.ts";
import { TestSite, addressOf } from "./testing.ts";
import type { Leader } from "./replication.ts";
import type { StoredResource } from "../../region/protocol.ts";

// Real servers on real hosts, beside whatever else runs on this machine.
jest.setTimeout(120_000);
const SOON = 60_000;

const site = new TestSite();
let db: StoredResource;
/** When the first row was there, the second was not, and so on: the database's own clock, which is this machine's. */
const times: string[] = [];

const rows = async (of: StoredResource): Promise<readonly unknown[]> =>
  (await site.query(of, "SELECT n FROM entry ORDER BY n")).map(({ n }) => n);

/** Writes a row, then tells the time once a clock of whole milliseconds has gone on. */
async function write(n: number): Promise<void> {
  await site.query(db, "INSERT INTO entry VALUES ($1)", [n]);
  const committed = Date.now();
  await until("the next millisecond", 30_000, () => Date.now() > committed + 5);
  times.push(new Date(Date.now() - 2).toISOString());
}

function leader(): Leader {
  const host = site.machine.hosts.get(site.servers(db).primary.host);
  if (!host) throw new Error("no primary");
  return { host: host.name, address: host.address, endpoint: addressOf(db), port: 5432 };
}

const restored = (identifier: string, restore: Record<string, string | boolean>): Promise<StoredResource> =>
  site.createInstance(identifier, {
    restoreToPointInTime: { sourceDbInstanceIdentifier: "main", ...restore },
    password: null,
  });

beforeAll(async () => {
  await site.open();
  db = await site.createInstance("main", { backupRetentionPeriod: 1, multiAz: true });
  await site.query(db, "CREATE TABLE entry (n int PRIMARY KEY)");
});
afterAll(async () => {
  await site.close();
  expect(tracesOf(site.sandbox)).toEqual([]);
});

it("refuses a time before its first backup, and says when that was", async () => {
  await until("the first base backup", SOON, () => baseBackups(site.machine, db.id).length === 1);
  const hosts = site.machine.hosts.list().length;
  await expect(restored("early", { restoreTime: "2026-01-01T00:00:00Z" })).rejects.toThrow(
    /cannot be restored to that time; its backups begin at \d{4}-/,
  );
  expect(site.machine.hosts.list()).toHaveLength(hosts);
});

it("brings up a new instance as the database was at a chosen time", async () => {
  await write(1);
  await write(2);
  await write(3);
  const then = await restored("then", { restoreTime: times[1] ?? "" });
  expect(await rows(then)).toEqual([1, 2]);
  expect(await rows(db)).toEqual([1, 2, 3]);
  // It is a database of its own, over TLS, with the master's password of its source.
  await site.query(then, "INSERT INTO entry VALUES (30)");
  expect(await rows(db)).toEqual([1, 2, 3]);
  await expect(site.connect(then, { ssl: false })).rejects.toThrow("no encryption");
  await site.delete(then.id);
  expect(site.machine.dns.resolve(addressOf(then))).toEqual([]);
});

it("brings up all that is committed when it is asked for the latest time", async () => {
  const latest = await restored("latest", { useLatestRestorableTime: true });
  expect(await rows(latest)).toEqual([1, 2, 3]);
  await site.delete(latest.id);
});

it("restores across a failover, to times before and after it", async () => {
  const { primary, standby } = site.servers(db);
  process.kill(site.pid(primary.host), "SIGKILL");
  await until("the standby to be the primary", SOON, () => site.servers(db).primary.host === standby?.host);
  await until("writes again", SOON, () =>
    write(4).then(
      () => true,
      () => false,
    ),
  );
  await write(5);
  const before = await restored("before", { restoreTime: times[2] ?? "" });
  expect(await rows(before)).toEqual([1, 2, 3]);
  await site.delete(before.id);
  const after = await restored("after", { restoreTime: times[3] ?? "" });
  expect(await rows(after)).toEqual([1, 2, 3, 4]);
  await site.delete(after.id);
});

it("forgets backups that the retention period does not need, and the archive before them", async () => {
  await backUp(site.machine, readInstance(db, site.account), leader());
  await write(6);
  const [first, second] = baseBackups(site.machine, db.id);
  const { wal } = backupLayout(site.machine, db.id);
  const kept = readdirSync(wal).length;
  // Any time since the first one is still needed.
  await prune(site.machine, db.id, (first?.endedAt ?? 0) + 1);
  expect(baseBackups(site.machine, db.id)).toEqual([first, second]);
  expect(readdirSync(wal)).toHaveLength(kept);
  await prune(site.machine, db.id, (second?.endedAt ?? 0) + 1);
  expect(baseBackups(site.machine, db.id)).toEqual([second]);
  expect(readdirSync(wal).length).toBeLessThan(kept);
  const still = await restored("still", { useLatestRestorableTime: true });
  expect(await rows(still)).toEqual([1, 2, 3, 4, 5, 6]);
  await site.delete(still.id);
});

it("leaves no backup when it is deleted", async () => {
  await site.delete(db.id);
  expect(readdirSync(join(site.machine.dataDir("postgres"), "backups"))).toEqual([]);
});
