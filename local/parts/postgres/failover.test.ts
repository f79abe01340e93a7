import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "../../aws/services/fields.ts";
import { INSTANCE } from "../../aws/services/rds/references.ts";
import { tracesOf } from "../host/testing/observe.ts";
import { until } from "../host/until.ts";
import { withSession } from "./admin.ts";
import { whilePassing } from "./passing.ts";
import { TestSite, addressOf } from "./testing.ts";
import { Writer } from "./writer.ts";
import type { StoredResource } from "../../region/protocol.ts";

// Real servers on real hosts, beside whatever else runs on this machine.
jest.setTimeout(180_000);
const SOON = 90_000;
/** The contract of the platform: writes are served again within this. */
const FAILOVER_MS = 30_000;

describe("a Multi-AZ instance with two read replicas", () => {
  const site = new TestSite();
  let db: StoredResource;
  let replicas: readonly StoredResource[];
  let writers: Writer[] = [];
  const startWriter = async (): Promise<Writer> => {
    const writer = await Writer.start(site, db);
    writers.push(writer);
    return writer;
  };
  const following = async (): Promise<readonly string[]> => {
    const rows = await withSession(site.machine, site.servers(db).primary, (session) =>
      session.query(
        "SELECT application_name AS host, sync_state FROM pg_stat_replication WHERE state = 'streaming'",
      ),
    );
    return rows.map(({ host, sync_state }) => `${String(host)} ${String(sync_state)}`).sort();
  };
  const expected = (): readonly string[] => {
    const asynchronous = replicas.map((replica) => `${site.servers(replica).primary.host} async`);
    return [`${site.servers(db).standby?.host ?? "nobody"} sync`, ...asynchronous].sort();
  };
  const settled = (): Promise<void> =>
    until("standby and replicas to follow", SOON, async () => {
      const now = await following().catch(() => []);
      return site.servers(db).synchronous && JSON.stringify(now) === JSON.stringify(expected());
    });
  /** A replica follows the new primary with what it has, unless the old one had sent it more than the standby. */
  const copiedInVain = (replica: StoredResource): boolean => {
    const copies = site.logged.filter((line) =>
      line.startsWith(`${text(replica.outputs, "identifier") ?? ""}: copying`),
    );
    const log = join(site.sandbox.stateDir, "log", `${site.servers(replica).primary.host}-postgres.log`);
    expect(copies).not.toEqual([]);
    return copies.length > 1 && !/before current recovery point|is ahead of/.test(readFileSync(log, "utf8"));
  };

  beforeAll(async () => {
    await site.open();
    db = await site.createInstance("main", { multiAz: true });
    replicas = await Promise.all(
      ["b", "c"].map((zone) =>
        site.createInstance(`reader-${zone}`, {
          replicateSourceDb: "main",
          password: null,
          availabilityZone: `eu-central-1${zone}`,
        }),
      ),
    );
  });
  afterEach(async () => {
    await Promise.all(writers.map((writer) => writer.stop()));
    writers = [];
  });
  afterAll(async () => {
    await site.close();
    expect(tracesOf(site.sandbox)).toEqual([]);
  });

  it("has a synchronous standby in another zone and streaming replicas in theirs", async () => {
    expect(await following()).toEqual(expected());
    const { primary, standby } = site.servers(db);
    expect(primary.zone).toBe("eu-central-1a");
    expect(standby?.zone).not.toBe(primary.zone);
    expect(replicas.map((replica) => site.servers(replica).primary.zone)).toEqual([
      "eu-central-1b",
      "eu-central-1c",
    ]);
  });

  it("lets nobody connect to the standby, which no name leads to", async () => {
    const address = site.machine.hosts.get(site.servers(db).standby?.host ?? "")?.address ?? "";
    await expect(site.connect(db, { host: address })).rejects.toThrow("no pg_hba.conf entry");
    const names = [db, ...replicas].map((each) => site.machine.dns.resolve(addressOf(each)));
    expect(names.flat()).not.toContain(address);
    expect(new Set(names.flat()).size).toBe(3);
  });

  it("answers reads on replicas, refuses writes there, and asks for TLS and the password", async () => {
    await site.query(db, "CREATE TABLE greeting AS SELECT 'hello' AS word");
    for (const replica of replicas) {
      await until("the row on the replica", SOON, () =>
        site.query(replica, "SELECT * FROM greeting").then(
          () => true,
          () => false,
        ),
      );
      await expect(site.query(replica, "INSERT INTO greeting VALUES ('no')")).rejects.toMatchObject({
        code: "25006",
      });
      await expect(site.connect(replica, { ssl: false })).rejects.toThrow("no encryption");
      await expect(site.connect(replica, { password: "x".repeat(32) })).rejects.toThrow(
        "authentication failed",
      );
    }
  });

  it.each([
    ["its server is killed", (host: string) => ["kill", "-KILL", String(site.pid(host))]],
    [
      "its host's link is taken away",
      (host: string) => ["ip", "link", "delete", "dev", `${site.sandbox.scope.prefix}-${host}`],
    ],
  ])("fails over under writes when %s: no acknowledged write is missing", async (_, strike) => {
    const before = site.servers(db);
    const oldPid = site.pid(before.primary.host);
    const writer = await startWriter();
    await until("some writes", SOON, () => writer.acknowledged.length > 100);
    const [command = "", ...words] = strike(before.primary.host);
    await site.machine.run(command, words);
    await until(
      "the standby to be the primary",
      SOON,
      () => site.servers(db).primary.host === before.standby?.host,
    );
    const written = writer.acknowledged.length;
    await until("writes again", SOON, () => writer.acknowledged.length > written + 100);
    await settled();
    await writer.stop();

    expect(writer.longestGap).toBeLessThan(FAILOVER_MS);
    expect(await writer.missing(site, db)).toEqual([]);
    // The old one is gone: its host, its processes, its files' name in the record.
    expect(site.machine.hosts.get(before.primary.host)).toBeUndefined();
    expect(() => process.kill(oldPid, 0)).toThrow("ESRCH");
    const address = site.machine.hosts.get(site.servers(db).primary.host)?.address;
    expect(site.machine.dns.resolve(addressOf(db))).toEqual([address]);
    expect(site.servers(db).standby?.zone).toBe(before.primary.zone);
    for (const replica of replicas) {
      // One that was ahead of the new primary may have followed for a moment: it is copied anew then.
      await until("all rows on the replica", SOON, () =>
        writer.missing(site, replica).then((rows) => rows.length === 0, whilePassing(false)),
      );
    }
    expect(await site.driver(INSTANCE).present(db)).toBe(true);
    expect(await site.driver(INSTANCE).observe?.(db)).toEqual({
      outputs: { availabilityZone: before.standby?.zone },
    });
    expect(replicas.filter(copiedInVain)).toEqual([]);
  });

  it("fails over from a primary that hangs while it is copied: it is ended before the standby takes a write", async () => {
    // Slow enough to be under way when it hangs, and ended with it.
    site.timing.maxRate = "1M";
    const copied = site.createInstance("reader-a", { replicateSourceDb: "main", password: null });
    await until("the copy to begin", SOON, () =>
      site.logged.some((line) => line.startsWith("reader-a: copying")),
    );
    const before = site.servers(db);
    const oldPid = site.pid(before.primary.host);
    const writer = await startWriter();
    await until("some writes", SOON, () => writer.acknowledged.length > 50);
    site.hang(before.primary.host);
    await until(
      "the standby to be the primary",
      SOON,
      () => site.servers(db).primary.host === before.standby?.host,
    );
    site.timing.maxRate = undefined;
    const written = writer.acknowledged.length;
    await until("writes again", SOON, () => writer.acknowledged.length > written + 50);
    expect(() => process.kill(oldPid, 0)).toThrow("ESRCH");
    const reader = await copied;
    expect(await site.query(reader, "SELECT pg_is_in_recovery() AS follows")).toEqual([{ follows: true }]);
    await site.delete(reader.id);
    await settled();
    await writer.stop();
    expect(writer.longestGap).toBeLessThan(FAILOVER_MS);
    expect(await writer.missing(site, db)).toEqual([]);
  });

  it("goes on writing when the standby dies, and waits for it again once it follows", async () => {
    const { standby } = site.servers(db);
    const writer = await startWriter();
    await until("some writes", SOON, () => writer.acknowledged.length > 50);
    process.kill(site.pid(standby?.host ?? ""), "SIGKILL");
    const written = writer.acknowledged.length;
    await until("writes without it", SOON, () => writer.acknowledged.length > written + 200);
    await settled();
    await writer.stop();
    expect(site.servers(db).standby).toEqual(standby);
    expect(await writer.missing(site, db)).toEqual([]);
  });

  it("does not promote a standby that lacks acknowledged writes: both die, and none is missing", async () => {
    const before = site.servers(db);
    const writer = await startWriter();
    await until("some writes", SOON, () => writer.acknowledged.length > 50);
    site.hang(before.standby?.host ?? "");
    await until("the standby to be waited for no more", SOON, () => !site.servers(db).synchronous);
    const written = writer.acknowledged.length;
    await until("writes without it", SOON, () => writer.acknowledged.length > written + 50);
    process.kill(site.pid(before.primary.host), "SIGKILL");
    await until("writes again", SOON, () => writer.acknowledged.length > written + 200);
    await settled();
    await writer.stop();
    expect(site.servers(db).primary).toEqual(before.primary);
    expect(await writer.missing(site, db)).toEqual([]);
    // The one that hangs is not waited for: another one is made.
    expect(site.servers(db).standby?.host).not.toBe(before.standby?.host);
    expect(site.machine.hosts.get(before.standby?.host ?? "")).toBeUndefined();
  });

  it("finishes a failover that the region's own death cut off", async () => {
    const before = site.servers(db);
    const writer = await startWriter();
    await until("some writes", SOON, () => writer.acknowledged.length > 50);
    await site.restartRegion(() => process.kill(site.pid(before.primary.host), "SIGKILL"));
    await until(
      "the standby to be the primary",
      SOON,
      () => site.servers(db).primary.host === before.standby?.host,
    );
    await settled();
    await writer.stop();
    expect(await writer.missing(site, db)).toEqual([]);
  });

  it("brings a replica back that was killed", async () => {
    const [replica] = replicas;
    if (!replica) throw new Error("no replica");
    const { host } = site.servers(replica).primary;
    const killed = site.pid(host);
    process.kill(killed, "SIGKILL");
    // The primary may not have noticed yet: what it says of its followers would be of the one that was killed.
    await until("another server", SOON, () => site.runs(host) && site.pid(host) !== killed);
    await settled();
    expect(await site.query(replica, "SELECT pg_is_in_recovery() AS follows")).toEqual([{ follows: true }]);
  });

  it("drops the standby when Multi-AZ is turned off, and makes one when it is turned on", async () => {
    const { standby } = site.servers(db);
    db = await site.update(db, { ...db.outputs, multiAz: false });
    expect(site.servers(db).standby).toBeUndefined();
    expect(site.machine.hosts.get(standby?.host ?? "")).toBeUndefined();
    await site.query(db, "CREATE TABLE alone AS SELECT 1");
    db = await site.update(db, { ...db.outputs, multiAz: true });
    await settled();
  });

  it("keeps no slot of a replica that is deleted", async () => {
    const [replica] = replicas;
    if (!replica) throw new Error("no replica");
    await site.delete(replica.id);
    replicas = replicas.filter((each) => each !== replica);
    const slots = await withSession(site.machine, site.servers(db).primary, (session) =>
      session.query("SELECT slot_name FROM pg_replication_slots"),
    );
    expect(slots).toHaveLength(2);
    await settled();
  });

  it.each([
    [{ replicateSourceDb: "reader-c" }, "does not emulate cascades"],
    [{ replicateSourceDb: "main", multiAz: true }, "does not emulate a Multi-AZ read replica"],
    [{ replicateSourceDb: "nobody" }, "DBInstance nobody not found"],
  ])("refuses a replica with %j", async (inputs, message) => {
    const hosts = site.machine.hosts.list().length;
    await expect(site.createInstance("bad", { password: null, ...inputs })).rejects.toThrow(message);
    expect(site.machine.hosts.list()).toHaveLength(hosts);
  });
});
