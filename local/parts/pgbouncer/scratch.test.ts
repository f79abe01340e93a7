import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { INSTANCE, PROXY, PROXY_TARGET, PROXY_TARGET_GROUP } from "../../aws/services/rds/references.ts";
import { createPostgresDrivers } from "../postgres/driver.ts";
import { until } from "../host/until.ts";
import { TestSite, RW_PASSWORD, ADMIN_PASSWORD, query } from "./testing.ts";
import { regionAuthority } from "../authority/region-authority.ts";
jest.setTimeout(180000);
it("fails over", async () => {
  const site = new TestSite();
  await site.open();
  try {
    const drivers = createPostgresDrivers({ machine: site.machine, account: site.account, log: (m) => console.log(m) });
    const driver = drivers.find((d) => d.types.includes(INSTANCE))!;
    site.account.remove(site.instance);
    const inst = site.account.make(INSTANCE, {
      ...{ identifier: "quiz", engine: "postgres", engineVersion: "15", instanceClass: "db.t4g.micro", multiAz: true },
      ...{ allocatedStorage: 20, dbSubnetGroupName: "data", username: "twinstack_admin", dbName: "quiz", backupRetentionPeriod: 1 },
      ...{ password: ADMIN_PASSWORD, skipFinalSnapshot: true } });
    site.instance = inst;
    const t0 = Date.now();
    const [, proxy] = await Promise.all([driver.create(inst, () => undefined), (async () => {
      const p = await site.create(PROXY, site.proxyInputs());
      await site.create(PROXY_TARGET_GROUP, { dbProxyName: "quiz", connectionPoolConfig: { connectionBorrowTimeout: 10, maxConnectionsPercent: 80, maxIdleConnectionsPercent: 40 } });
      return p;
    })()]);
    console.log("instance+proxy", Date.now() - t0);
    await site.create(PROXY_TARGET, { dbProxyName: "quiz", targetGroupName: "default", dbInstanceIdentifier: "quiz" });
    const ca = readFileSync((await regionAuthority(site.machine)).files.cert, "utf8");
    const admin = { host: site.machine.dns.resolve(site.endpoint)[0]!, port: 5432, user: "twinstack_admin", password: ADMIN_PASSWORD, database: "quiz", ssl: { ca, servername: site.endpoint }, query_timeout: 5000, connectionTimeoutMillis: 3000 };
    await query(admin, `CREATE ROLE app_rw LOGIN PASSWORD '${RW_PASSWORD}'`);
    await query(admin, `CREATE TABLE t (n int)`);
    await query(admin, `GRANT ALL ON t TO app_rw`);
    const opts = await site.client(proxy);
    const t1 = Date.now();
    await until("pooled", 10000, () => query(opts, "INSERT INTO t VALUES (0) RETURNING n").then(() => true, (e) => (console.log(String(e)), false)));
    console.log("first write", Date.now() - t1);
    const client = new pg.Client({ ...opts, query_timeout: 30000 });
    client.on("error", (e) => console.log("client lost:", e.message));
    await client.connect();
    const before = site.machine.dns.resolve(site.endpoint)[0];
    const procs = site.machine.processes.list().filter((p) => p.name.endsWith("/postgres"));
    const primary = site.machine.hosts.list().find((h) => h.address === before)!.name;
    const pid = procs.find((p) => p.name === `${primary}/postgres`)!.pid;
    const t2 = Date.now();
    process.kill(pid, "SIGKILL");
    let n = 0; const errors: string[] = [];
    await until("write after kill", 60000, () => client.query("INSERT INTO t VALUES (1)").then(() => true, (e) => { n++; errors.push(e.message); return false; }));
    console.log("write again after", Date.now() - t2, "errors", n, [...new Set(errors)], before, site.machine.dns.resolve(site.endpoint)[0]);
    await client.end();
    console.log(readFileSync(join(site.sandbox.stateDir, "log", `px-9d98ce22-pgbouncer.log`), "utf8").split("\n").slice(-25).join("\n"));
    await driver.delete(inst, () => undefined);
  } finally { await site.close(); }
});
