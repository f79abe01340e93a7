import { readFileSync } from "node:fs";
import pg from "pg";
import { INSTANCE, PROXY, PROXY_TARGET, PROXY_TARGET_GROUP } from "../../aws/services/rds/references.ts";
import { regionAuthority } from "../authority/region-authority.ts";
import { until } from "../host/until.ts";
import { createPostgresDrivers } from "../postgres/driver.ts";
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
  const { machine, account, logged } = site;
  const drivers = createPostgresDrivers({ machine, account, log: (message) => logged.push(message) });
  const found = drivers.find(({ types }) => types.includes(INSTANCE));
  if (!found) throw new Error("no driver for instances");
  database = found;
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

it("carries its clients over to the standby when the primary dies", async () => {
  const options = { ...(await site.client(proxy)), query_timeout: 30_000, connectionTimeoutMillis: 30_000 };
  const write = (n: number) => query(options, `INSERT INTO written VALUES (${n}) RETURNING n`);
  await until("a first write", 10_000, () =>
    write(1).then(
      () => true,
      () => false,
    ),
  );
  const idle = new pg.Client(options);
  const lost: Error[] = [];
  idle.on("error", (error) => lost.push(error));
  await idle.connect();
  await idle.query("INSERT INTO written VALUES (2)");
  const before = site.machine.dns.resolve(site.endpoint);

  try {
    process.kill(primaryPid(before[0] ?? ""), "SIGKILL");
    // The pooler may not have seen it: at most what was sent into the dying connections breaks.
    let refused = 0;
    await until("a write after the kill", 30_000, () =>
      write(3).then(
        () => true,
        () => (refused += 1) > 20,
      ),
    );
    expect(refused).toBeLessThanOrEqual(1);
    await until(
      "the name to move",
      30_000,
      () => site.machine.dns.resolve(site.endpoint).join() !== before.join(),
    );
    await idle.query("INSERT INTO written VALUES (4)");
  } finally {
    await idle.end();
  }
  expect(lost).toEqual([]);
  expect(await query(options, "SELECT array_agg(n ORDER BY n) FROM written")).toEqual([1, 2, 3, 4]);
});

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
