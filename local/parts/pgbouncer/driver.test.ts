import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { text } from "../../aws/services/fields.ts";
import { PROXY, PROXY_TARGET, PROXY_TARGET_GROUP } from "../../aws/services/rds/references.ts";
import { until } from "../host/until.ts";
import { hostName, layoutOf, processName } from "./layout.ts";
import { query, RW_PASSWORD, TestSite } from "./testing.ts";
import { runCommand } from "./console.ts";
import type * as Console from "./console.ts";
import type { StoredResource } from "../../region/protocol.ts";

jest.mock("./console.ts", () => {
  const actual = jest.requireActual<typeof Console>("./console.ts");
  return { ...actual, runCommand: jest.fn(actual.runCommand) };
});
const reload = jest.mocked(runCommand);

const WHO = "SELECT current_setting('cluster_name')";
const HOST = hostName("quiz");
const POOL = { connectionBorrowTimeout: 3, maxConnectionsPercent: 10, maxIdleConnectionsPercent: 5 };

let site: TestSite;
let proxy: StoredResource;
let group: StoredResource;
let target: StoredResource;

beforeAll(async () => {
  site = new TestSite();
  await site.open();
  proxy = await site.create(PROXY, site.proxyInputs());
  group = await site.create(PROXY_TARGET_GROUP, { dbProxyName: "quiz", connectionPoolConfig: POOL });
  await Promise.all([site.startServer("pg-a"), site.startServer("pg-b")]);
  await site.pointTo("pg-a");
});
afterAll(() => site.close());

const ask = async (options: pg.ClientConfig = {}, sql = WHO) => query(await site.client(proxy, options), sql);
const answersFrom = (server: string, deadlineMs: number) =>
  until(`${server} to answer through the pooler`, deadlineMs, () =>
    ask().then(
      (who) => who === server,
      () => false,
    ),
  );

it("refuses clients until a target is registered, and does not wait for one", async () => {
  await expect(ask()).rejects.toThrow(/no such database: quiz/);
  target = await site.create(PROXY_TARGET, {
    dbProxyName: "quiz",
    targetGroupName: "default",
    dbInstanceIdentifier: "quiz",
  });
  await answersFrom("pg-a", 30_000);
});

it("asks again when the console answers late, as on a busy machine, and not after it refuses", async () => {
  reload.mockClear().mockRejectedValueOnce(new Error("timeout expired"));
  await site.update(target, {});
  expect(reload.mock.calls.slice(0, 2).map(([, command]) => command)).toEqual(["RELOAD", "RELOAD"]);
  reload.mockRejectedValueOnce(new Error("not allowed"));
  await expect(site.update(target, {})).rejects.toThrow("not allowed");
});

it("lets in who has TLS and the right password, and nobody else", async () => {
  await expect(ask({ ssl: false })).rejects.toThrow(/SSL required/);
  await expect(ask({ password: "wrong" })).rejects.toThrow(/SASL authentication failed/);
  await expect(ask({ user: "twinstack_admin" })).rejects.toThrow(/SASL authentication failed/);
  await expect(ask({ user: "twinstack_console" })).rejects.toThrow(/SASL authentication failed/);
  await expect(ask({ ssl: {} })).rejects.toThrow(/self-signed certificate|unable to verify/);
  expect(await ask()).toBe("pg-a");
});

it("shows the database who connects: TLS, and the user's own name", async () => {
  expect(await ask({}, "SELECT current_user")).toBe("app_rw");
  expect(await ask({}, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).toBe(true);
});

it("gives a connection for a transaction, not for a session", async () => {
  const [first, second] = [new pg.Client(await site.client(proxy)), new pg.Client(await site.client(proxy))];
  await Promise.all([first.connect(), second.connect()]);
  const pid = async (client: pg.Client) =>
    (await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]?.pid;
  try {
    // Connections may just be renewed, after the target came.
    await until(
      "one connection to serve both",
      30_000,
      async () => (await pid(first)) === (await pid(second)),
    );
    await first.query("BEGIN");
    expect(await pid(first)).not.toBe(await pid(second));
    await first.query("COMMIT");
  } finally {
    await Promise.all([first.end(), second.end()]);
  }
});

it("opens no more connections than its share of the instance's, and lets nobody wait for ever", async () => {
  await site.update(group, {
    connectionPoolConfig: { ...POOL, maxConnectionsPercent: 2, maxIdleConnectionsPercent: 1 },
  });
  const clients = await Promise.all(
    [1, 2, 3].map(async () => {
      const client = new pg.Client(await site.client(proxy));
      client.on("error", () => undefined);
      await client.connect();
      return client;
    }),
  );
  const [first, second, third] = clients;
  try {
    await first?.query("BEGIN; SELECT 1");
    await second?.query("BEGIN; SELECT 1");
    await expect(third?.query("SELECT 1")).rejects.toThrow(/query_wait_timeout/);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await site.update(group, { connectionPoolConfig: POOL });
  }
  expect(await ask()).toBe("pg-a");
});

it("closes clients that are idle for too long, without a restart", async () => {
  const { pid } = processState();
  proxy = await site.update(proxy, { idleClientTimeout: 1 });
  const client = new pg.Client(await site.client(proxy));
  const ended = new Promise<Error>((resolve) => client.on("error", resolve));
  await client.connect();
  expect((await ended).message).toMatch(/client_idle_timeout|terminated/);
  await client.end();
  proxy = await site.update(proxy, { idleClientTimeout: 1800 });
  expect(processState()).toMatchObject({ pid, restarts: 0 });
});

it("takes a new password from the secret by itself", async () => {
  const version = (password: string) =>
    site.account.make("aws:secretsmanager/secretVersion:SecretVersion", {
      secretId: site.secret.id,
      secretString: JSON.stringify({ username: "app_rw", password }),
    });
  const changed = version("Another0Password1That2Is3Long4Enough");
  await until("the old password to be refused", 30_000, () =>
    ask().then(
      () => false,
      (error: unknown) => String(error).includes("SASL"),
    ),
  );
  site.account.remove(changed);
  await answersFrom("pg-a", 30_000);
});

it("knows nobody whose secret its role may not read", async () => {
  site.allow(["arn:aws:secretsmanager:eu-central-1:000000000000:secret:other"]);
  await until("app_rw to be refused", 30_000, () =>
    ask().then(
      () => false,
      (error: unknown) => String(error).includes("SASL"),
    ),
  );
  await until("the reason to be logged", 30_000, () =>
    site.logged.some((line) => line.includes("may not secretsmanager:GetSecretValue")),
  );
  site.allow([site.secret.id]);
  await answersFrom("pg-a", 30_000);
});

it("follows the name to another server, while the old one still runs", async () => {
  const client = new pg.Client(await site.client(proxy));
  await client.connect();
  const who = async () =>
    (await client.query<{ name: string }>("SELECT current_setting('cluster_name') AS name")).rows[0]?.name;
  try {
    expect(await who()).toBe("pg-a");
    await site.pointTo("pg-b");
    // The client keeps its connection: only what is behind it changes.
    await until("pg-b to answer", 30_000, async () => (await who()) === "pg-b");
    expect(await who()).toBe("pg-b");
  } finally {
    await client.end();
  }
});

it("follows the name away from a server that has gone silent", async () => {
  expect(await ask()).toBe("pg-b");
  // No packet comes back, as from a machine that lost its power.
  execFileSync("ip", ["link", "set", "dev", `${site.sandbox.scope.prefix}-pg-b`, "down"]);
  await site.pointTo("pg-a");
  await answersFrom("pg-a", 30_000);
});

it("shows what was changed by hand in its configuration, leaves it so, and mends it with an update", async () => {
  const { configuration } = layoutOf(site.machine, HOST);
  const written = readFileSync(configuration, "utf8");
  const observed = async () => ({
    proxy: await site.driver(PROXY).observe?.(proxy),
    group: await site.driver(PROXY_TARGET_GROUP).observe?.(group),
  });
  expect(await observed()).toEqual({ proxy: { inputs: {} }, group: {} });
  const changed = written
    .replace("client_idle_timeout = 1800", "client_idle_timeout = 7")
    .replace("client_tls_sslmode = require", "client_tls_sslmode = allow")
    .replace("query_wait_timeout = 3", "query_wait_timeout = 9");
  writeFileSync(configuration, changed);
  const drift = {
    proxy: { inputs: { requireTls: false, idleClientTimeout: 7 } },
    group: { inputs: { connectionPoolConfig: { ...POOL, connectionBorrowTimeout: 9 } } },
  };
  expect(await observed()).toEqual(drift);
  // Neither the pooler's own look, every second, nor a region that comes anew may hide it.
  site.machine.close();
  await site.startRegion();
  await site.adoptAll();
  await until("plain text to be let in", 30_000, () =>
    ask({ ssl: false }).then(
      () => true,
      () => false,
    ),
  );
  expect(await observed()).toEqual(drift);
  proxy = await site.update(proxy, {});
  expect(readFileSync(configuration, "utf8")).toBe(written);
  expect(await observed()).toEqual({ proxy: { inputs: {} }, group: {} });
  await expect(ask({ ssl: false })).rejects.toThrow(/SSL required/);
});

it("writes back at once what no input decides", async () => {
  const { configuration } = layoutOf(site.machine, HOST);
  const written = readFileSync(configuration, "utf8");
  writeFileSync(configuration, written.replace("pool_mode = transaction", "pool_mode = session"));
  await until("the region's own", 30_000, () => readFileSync(configuration, "utf8") === written);
});

it("serves on while the region is away, and is taken over by the next", async () => {
  const { pid } = processState();
  site.machine.close();
  expect(await ask()).toBe("pg-a");
  await site.startRegion();
  await site.adoptAll();
  expect(processState()).toMatchObject({ pid });
  expect(await ask()).toBe("pg-a");
  expect(await site.driver(PROXY).present(proxy)).toBe(true);
});

it("is started again when it dies", async () => {
  const { pid } = processState();
  process.kill(pid, "SIGKILL");
  await answersFrom("pg-a", 30_000);
  expect(processState().pid).not.toBe(pid);
});

it("is drift when its host was removed by hand, and made anew", async () => {
  await site.machine.hosts.remove(HOST);
  expect(await site.driver(PROXY).present(proxy)).toBe(false);
  await site.driver(PROXY).create(proxy, () => undefined);
  await answersFrom("pg-a", 30_000);
});

it("keeps passwords in files of mode 0600, and out of arguments and logs", async () => {
  const layout = layoutOf(site.machine, HOST);
  for (const file of readdirSync(layout.folder).filter((name) => !name.startsWith(".s."))) {
    expect([file, statSync(join(layout.folder, file)).mode & 0o777]).toEqual([file, 0o600]);
  }
  expect(readFileSync(layout.users, "utf8")).toContain(RW_PASSWORD);
  expect(readFileSync(layout.configuration, "utf8")).not.toContain(RW_PASSWORD);
  expect(readFileSync(`/proc/${processState().pid}/cmdline`, "utf8")).not.toContain(RW_PASSWORD);
  const log = readFileSync(join(site.sandbox.stateDir, "log", `${HOST}-pgbouncer.log`), "utf8");
  expect(log).not.toContain(RW_PASSWORD);
  expect(site.logged.join()).not.toContain(RW_PASSWORD);
});

it("refuses clients again when the target goes, and leaves nothing when it goes itself", async () => {
  await site.delete(target);
  await until("the database to be gone", 30_000, () =>
    ask().then(
      () => false,
      (error: unknown) => /no such database/.test(String(error)),
    ),
  );
  expect(processState().restarts).toBe(0);
  const endpoint = text(proxy.outputs, "endpoint") ?? "";
  const [address] = site.machine.dns.resolve(endpoint);
  expect(address).toBeDefined();
  await site.delete(group);
  await site.delete(proxy);
  expect(site.machine.dns.resolve(endpoint)).toEqual([]);
  expect(site.machine.hosts.get(HOST)).toBeUndefined();
  expect(readdirSync(join(site.sandbox.stateDir, "pgbouncer"))).toEqual([]);
  expect(
    readdirSync(join(site.sandbox.stateDir, "authority")).filter((name) => name.startsWith(HOST)),
  ).toEqual([]);
  // Gone already is success.
  await site.driver(PROXY).delete(proxy, () => undefined);
});

function processState(): { readonly pid: number; readonly restarts: number } {
  const found = site.machine.processes.list().find(({ name }) => name === processName(HOST));
  if (!found) throw new Error("PgBouncer does not run");
  return found;
}
