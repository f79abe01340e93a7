import { parseConfig } from "../config.ts";
import { eventually } from "../testing/eventually.ts";
import { testLogger } from "../testing/log-lines.ts";
import { startPlatform } from "../testing/platform.ts";
import type { TestPlatform } from "../testing/platform.ts";
import { count, insert, whereAmI } from "../testing/statements.ts";
import { startTcpProxy } from "../testing/tcp-proxy.ts";
import { Database } from "./database.ts";
import type { ReadRoute } from "./database.ts";
import { untilUsable } from "./until-usable.ts";

let platform: TestPlatform;
beforeAll(async () => (platform = await startPlatform({ replicas: 2 })));
afterAll(() => platform.remove());

let database: Database;
let lines: Record<string, unknown>[];
let routes: ReadRoute[];
const open: Database[] = [];
function openDatabase(env: Readonly<Record<string, string>> = {}): Database {
  const log = testLogger();
  const made = new Database(parseConfig({ ...platform.env, ...env }).database, log.logger);
  open.push(made);
  lines = log.lines;
  routes = [];
  made.onRead = (route) => routes.push(route);
  return made;
}
beforeEach(() => (database = openDatabase()));
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** Runs a statement on every replica as the superuser. */
async function onReplicas(statement: string): Promise<void> {
  for (const replica of platform.replicas) {
    const client = await replica.superuser();
    await client.query(statement);
    await client.end();
  }
}

describe("reads", () => {
  it("go to each replica in turn, as the role that only reads", async () => {
    const found = [];
    for (let index = 0; index < 4; index += 1) found.push(await database.read(whereAmI));
    const ports = platform.replicas.map(({ port }) => port);
    expect(found.map((one) => one?.port).sort()).toEqual([...ports, ...ports].sort());
    expect(new Set(found.map((one) => `${String(one?.replica)} ${one?.role}`))).toEqual(
      new Set(["true app_ro"]),
    );
    expect(routes).toEqual(["reader", "reader", "reader", "reader"]);
  });

  it("cannot write, not even where there is no transaction around them", async () => {
    await expect(database.read(insert("sneaky"))).rejects.toThrow(
      /cannot execute INSERT in a read-only transaction/,
    );
    expect(await database.read(count("sneaky"))).toBe(0);
  });

  it("show the caller's own write while replay is paused on every replica, and the others' later", async () => {
    await onReplicas("SELECT pg_wal_replay_pause()");
    const { lsn } = await database.write(insert("paused"));
    expect(await database.read(count("paused"), lsn)).toBe(1);
    expect(await database.read(count("paused"))).toBe(0);
    expect(routes).toEqual(["writer-behind", "reader"]);

    await onReplicas("SELECT pg_wal_replay_resume()");
    await eventually("a replica to have replayed it", async () => {
      expect(await database.read(count("paused"), lsn)).toBe(1);
      return routes.at(-1) === "reader" ? true : undefined;
    });
  });

  it("ask a connection how far it is only until it has been far enough", async () => {
    const { lsn } = await database.write(insert("far"));
    await eventually("both replicas to serve it", async () => {
      const ports = [await database.read(whereAmI, lsn), await database.read(whereAmI, lsn)].map(
        (one) => one?.port,
      );
      return platform.replicas.every(({ port }) => ports.includes(port)) ? true : undefined;
    });
    const asked = (): number =>
      platform.replicas.reduce(
        (sum, replica) => sum + replica.log().split("pg_last_wal_replay_lsn").length,
        0,
      );
    const before = asked();
    for (let index = 0; index < 6; index += 1) await database.read(count("far"), lsn);
    expect(asked()).toBe(before);
  });

  it("pass over replicas that are down, and come back to them", async () => {
    const [first, second] = platform.replicas;
    await first?.kill("SIGKILL");
    for (let index = 0; index < 4; index += 1) {
      expect((await database.read(whereAmI))?.port).toBe(second?.port);
    }
    await second?.kill("SIGKILL");
    expect(await database.read(whereAmI)).toEqual({
      port: platform.postgres.port,
      replica: false,
      role: "app_rw",
    });
    expect(routes).toEqual(["reader", "reader", "reader", "reader", "writer-no-reader"]);
    await Promise.all(platform.replicas.map((replica) => replica.start()));
    await eventually("both replicas to be read again", async () => {
      const ports = [await database.read(whereAmI), await database.read(whereAmI)].map((one) => one?.port);
      return ports.includes(first?.port) && ports.includes(second?.port) ? true : undefined;
    });
  });

  it("wait for a replica that has gone silent once, then not at all, and come back to it", async () => {
    const proxy = await startTcpProxy(platform.replicas[0]?.port ?? 0);
    const through = openDatabase({ DATABASE_READER_HOSTS: `127.0.0.1:${proxy.port}` });
    expect((await through.read(whereAmI))?.replica).toBe(true);
    proxy.silence();
    const waits = () => lines.filter(({ message }) => message === "read failed on a replica").length;
    for (let asked = 0; asked < 20; asked += 1) {
      expect((await through.read(whereAmI))?.replica).toBe(false);
      if (asked === 0) expect(waits()).toBe(1);
    }
    // It is tried again after half a second, which on a busy machine may be over meanwhile.
    expect(waits()).toBeLessThan(5);
    proxy.speak();
    await eventually("the replica to be read from", async () =>
      (await through.read(whereAmI))?.replica === true ? true : undefined,
    );
    await through.close();
    open.splice(open.indexOf(through), 1);
    await proxy.close();
  });

  it("are refused for their own sake once, not on every server", async () => {
    await expect(database.read((query) => query("SELECT nonsense"))).rejects.toThrow(
      'column "nonsense" does not exist',
    );
    expect(lines).toEqual([]);
  });
});

describe("untilUsable", () => {
  const wait = (env: Readonly<Record<string, string>>, seconds: number) => {
    const { database: settings } = parseConfig({ ...platform.env, ...env });
    return untilUsable(openDatabase(env), settings, seconds, testLogger().logger);
  };

  it("says what it tried when the database does not answer in time", async () => {
    await expect(wait({ DATABASE_WRITER_PORT: "1" }, 1)).rejects.toThrow(
      "The database was not usable within 1 s: DATABASE_WRITER_HOST=127.0.0.1, DATABASE_WRITER_PORT=1, " +
        "DATABASE_NAME=quiz, DATABASE_RW_USER=app_rw: writer: connect ECONNREFUSED 127.0.0.1:1. Look whether it runs",
    );
  });

  it("says so when nothing has been migrated", async () => {
    await expect(wait({ DATABASE_NAME: "postgres" }, 0.1)).rejects.toThrow(
      'relation "app.content_releases" does not exist. Look whether it runs, whether the migration Job has run',
    );
  });
});
