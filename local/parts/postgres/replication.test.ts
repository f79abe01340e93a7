import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tracesOf } from "../host/testing/observe.ts";
import { until } from "../host/until.ts";
import { withSession } from "./admin.ts";
import { readInstance } from "./instance-input.ts";
import { slotName } from "./layout.ts";
import { HOME } from "./program.ts";
import { InstanceRecords } from "./record.ts";
import { ensureReplica } from "./replica.ts";
import { connectionTo, copyFrom, ensureSlot, type Leader } from "./replication.ts";
import { ownFolder } from "./server-files.ts";
import { leaderOf, type Site } from "./site.ts";
import { TestSite, addressOf } from "./testing.ts";
import type { StoredResource } from "../../region/protocol.ts";

// A real server on a real host, beside whatever else runs on this machine.
jest.setTimeout(120_000);

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
  await copyFrom(machine, leader, follower, target);
  expect(existsSync(join(target, "backup_label"))).toBe(true);
  expect(await gone).toBe("cut off");
  rmSync(folder, { recursive: true });
});

it("does not copy a replica anew that has found its way meanwhile", async () => {
  const reader = await site.createInstance("reader", {
    replicateSourceDb: "main",
    password: null,
    availabilityZone: "eu-central-1b",
  });
  const { machine, account } = site;
  const logged: string[] = [];
  const parts: Site = {
    machine,
    account,
    records: new InstanceRecords(machine),
    parameters: () => [],
    resource: (id) => site.record.get(id),
    log: (message) => logged.push(message),
  };
  const record = site.servers(reader);
  const before = site.pid(record.primary.host);
  const leader = leaderOf(parts, site.servers(db), readInstance(db, account));
  if (leader === undefined) throw new Error("the primary has no host");
  const progress = await ensureReplica(parts, readInstance(reader, account), record, leader, true);
  expect([progress, logged, site.pid(record.primary.host)]).toEqual(["done", [], before]);
});
