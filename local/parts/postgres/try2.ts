import { TestSite } from "./testing.ts";
import { setTimeout as delay } from "node:timers/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
const site = new TestSite();
let t = Date.now();
const lap = (what: string) => {
  console.log(what, Date.now() - t, "ms");
  t = Date.now();
};
const rec = (id: string) =>
  JSON.parse(readFileSync(join(site.machine.dataDir("postgres"), "instances", `${id}.json`), "utf8"));
try {
  await site.open();
  t = Date.now();
  const db = await site.createInstance("main", { multiAz: true });
  lap("create multiaz");
  const [r1, r2] = await Promise.all([
    site.createInstance("r1", {
      replicateSourceDb: "main",
      password: null,
      availabilityZone: "eu-central-1b",
    }),
    site.createInstance("r2", {
      replicateSourceDb: "main",
      password: null,
      availabilityZone: "eu-central-1c",
    }),
  ]);
  lap("2 replicas");
  console.log(await site.query(db, "select application_name, state, sync_state from pg_stat_replication"));
  await site.query(db, "create table w(id int primary key)");
  for (const how of (process.argv[2] ?? "kill,host,stop").split(",")) {
    const before = rec(db.id).primary.host;
    let n = (await site.query(db, "select coalesce(max(id),0)::int as m from w"))[0]?.m as number;
    let run = true;
    const acked: number[] = [];
    let lastOk = Date.now(),
      gap = 0;
    const writer = (async () => {
      let client: any;
      while (run) {
        try {
          client ??= await site.connect(db, { query_timeout: 2000, connectionTimeoutMillis: 1000 });
          n += 1;
          await client.query("insert into w values($1)", [n]);
          acked.push(n);
          gap = Math.max(gap, Date.now() - lastOk);
          lastOk = Date.now();
        } catch (e) {
          client?.end().catch(() => {});
          client = undefined;
          await delay(20);
        }
      }
      await client?.end();
    })();
    await delay(1000);
    const pid = site.machine.processes.list().find((p) => p.name === `${before}/postgres`)!.pid;
    if (how === "kill") process.kill(pid, "SIGKILL");
    if (how === "stop") process.kill(pid, "SIGSTOP");
    if (how === "host")
      await site.machine.run("ip", ["link", "delete", "dev", `${site.sandbox.scope.prefix}-${before}`]);
    const k = Date.now();
    while (rec(db.id).primary.host === before) await delay(20);
    console.log(how, "record moved after", Date.now() - k);
    while (lastOk < k + 200 || Date.now() - lastOk > 500) await delay(20);
    console.log("writes again after", Date.now() - k, "gap", gap);
    while (!rec(db.id).synchronous) await delay(50);
    console.log("synchronous again after", Date.now() - k);
    await delay(500);
    run = false;
    await writer;
    const got = new Set((await site.query(db, "select id from w")).map((r) => r.id));
    console.log("acked", acked.length, "missing", acked.filter((i) => !got.has(i)).length, "rows", got.size);
    console.log(await site.query(db, "select application_name, state, sync_state from pg_stat_replication"));
    for (const r of [r1!, r2!]) console.log((await site.query(r, "select count(*)::int from w"))[0]);
  }
} catch (e) {
  console.log(e);
} finally {
  console.log(site.logged);
  await site.close();
  console.log("closed");
  process.exit();
}
