import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { INSTANCE, PROXY, PROXY_TARGET, PROXY_TARGET_GROUP } from "../../aws/services/rds/references.ts";
import { regionAuthority } from "../authority/region-authority.ts";
import { until } from "../host/until.ts";
import { createPostgresDrivers } from "../postgres/driver.ts";
import { InstanceRecords } from "../postgres/record.ts";
import { askConsole, runCommand } from "./console.ts";
import { hostName, layoutOf } from "./layout.ts";
import { ADMIN_PASSWORD, query, RW_PASSWORD, TestSite } from "./testing.ts";
import type { PartDriver } from "../../region/part.ts";
import type { StoredResource } from "../../region/protocol.ts";

jest.setTimeout(120_000);

let site: TestSite;
let database: PartDriver;
let proxy: StoredResource;

beforeAll(async () => {
  site = new TestSite();
  await site.open();
  database = instanceDriver();
  await database.create(site.instance, () => undefined);
  await query(await asAdmin(), `CREATE ROLE app_rw LOGIN PASSWORD '${RW_PASSWORD}'`);
  await query(await asAdmin(), "CREATE TABLE written (n int PRIMARY KEY)");
  await query(await asAdmin(), "GRANT SELECT, INSERT ON written TO app_rw");
  proxy = await site.create(PROXY, site.proxyInputs());
  await site.create(PROXY_TARGET_GROUP, {
    dbProxyName: "quiz",
    connectionPoolConfig: { connectionBorrowTimeout: 20, maxConnectionsPercent: 80 },
  });
  await site.create(PROXY_TARGET, {
    dbProxyName: "quiz",
    targetGroupName: "default",
    dbInstanceIdentifier: "quiz",
  });
});
afterAll(async () => {
  await database.delete(site.instance, () => undefined);
  await site.close();
});

const CLIENTS = 8;
/** Of one client: its statement under way, and tries before the pooler holds it: 200 ms later, on a busy machine two seconds. */
const MOST_REFUSED = 10;
const AGAIN_MS = 200;

interface Written {
  readonly acknowledged: number[];
  readonly errors: string[];
}

/** A client that writes row after row and, as an app does, connects again when it must. */
async function writeUntil(stop: AbortSignal, options: pg.ClientConfig, next: () => number): Promise<Written> {
  const written: Written = { acknowledged: [], errors: [] };
  let client: pg.Client | undefined;
  while (!stop.aborted) {
    const n = next();
    try {
      if (client === undefined) {
        client = new pg.Client(options);
        client.on("error", () => undefined);
        await client.connect();
      }
      await client.query("INSERT INTO written VALUES ($1)", [n]);
      written.acknowledged.push(n);
      await delay(5);
    } catch (error) {
      written.errors.push(String(error));
      await client?.end().catch(() => undefined);
      client = undefined;
      await delay(AGAIN_MS);
    }
  }
  await client?.end();
  return written;
}

it("carries its clients over to the standby when the primary dies", async () => {
  const options = { ...(await site.client(proxy)), query_timeout: 30_000, connectionTimeoutMillis: 30_000 };
  const idle = new pg.Client(options);
  const lost: Error[] = [];
  idle.on("error", (error) => lost.push(error));
  await idle.connect();
  await idle.query("INSERT INTO written VALUES (-1)");

  const stop = new AbortController();
  let last = 0;
  const next = (): number => (last += 1);
  const clients = Array.from({ length: CLIENTS }, () => writeUntil(stop.signal, options, next));
  const before = site.machine.dns.resolve(site.endpoint);
  try {
    await until("some writes", 30_000, () => last > 200);
    const killed = Date.now();
    process.kill(primaryPid(before[0] ?? ""), "SIGKILL");
    await until(
      "the name to move",
      30_000,
      () => site.machine.dns.resolve(site.endpoint).join() !== before.join(),
    );
    // It waits for the next primary, as everybody does.
    await idle.query("INSERT INTO written VALUES (-2)");
    const moved = last;
    await until("writes again", 30_000, () => last > moved + 200);
    expect(Date.now() - killed).toBeLessThan(30_000);
  } finally {
    stop.abort();
    await Promise.all(clients);
    await idle.end();
  }
  expect(lost).toEqual([]);
  const all = await Promise.all(clients);
  for (const { errors } of all) expect(errors.slice(MOST_REFUSED)).toEqual([]);
  const found = (await query(options, "SELECT array_agg(n) FROM written")) as readonly number[];
  const there = new Set(found);
  expect(all.flatMap(({ acknowledged }) => acknowledged).filter((n) => !there.has(n))).toEqual([]);
  expect([there.has(-1), there.has(-2)]).toEqual([true, true]);
});

it("lets go of clients that a region held which was killed then", async () => {
  const options = { ...(await site.client(proxy)), query_timeout: 30_000, connectionTimeoutMillis: 30_000 };
  const client = new pg.Client(options);
  client.on("error", () => undefined);
  await client.connect();
  // What is under way would go on here, where only the region's objects die and not its process.
  const records = new InstanceRecords(site.machine);
  await until("the standby", 60_000, () => records.get(site.instance.id)?.synchronous === true);
  const layout = layoutOf(site.machine, hostName(proxy.id));
  const paused = async (): Promise<boolean> => {
    const rows = await askConsole(layout, "SHOW DATABASES");
    return rows.some(({ name, paused: held }) => name === "quiz" && Number(held) === 1);
  };
  try {
    expect(await paused()).toBe(false);
    await runCommand(layout, "PAUSE quiz");
    const waiting = client.query("INSERT INTO written VALUES (-3)");
    // A region that was killed while it held them knows nothing of it.
    site.machine.close();
    await site.startRegion();
    database = instanceDriver();
    await database.adopt(site.instance, () => undefined);
    await site.adoptAll();
    await waiting;
    expect(await paused()).toBe(false);
  } finally {
    await client.end();
  }
});

function instanceDriver(): PartDriver {
  const { machine, account, logged } = site;
  const drivers = createPostgresDrivers({ machine, account, log: (message) => logged.push(message) });
  const found = drivers.find(({ types }) => types.includes(INSTANCE));
  if (!found) throw new Error("no driver for instances");
  return found;
}

async function asAdmin(): Promise<pg.ClientConfig> {
  const [host = ""] = site.machine.dns.resolve(site.endpoint);
  const ca = readFileSync((await regionAuthority(site.machine)).files.cert, "utf8");
  const ssl = { ca, servername: site.endpoint };
  return { host, port: 5432, user: "twinstack_admin", password: ADMIN_PASSWORD, database: "quiz", ssl };
}

function primaryPid(address: string): number {
  const host = site.machine.hosts.list().find((each) => each.address === address)?.name ?? "";
  const found = site.machine.processes.list().find(({ name }) => name === `${host}/postgres`);
  if (!found) throw new Error(`no server at ${address}`);
  return found.pid;
}
