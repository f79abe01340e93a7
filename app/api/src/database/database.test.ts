import { randomUUID } from "node:crypto";
import type pg from "pg";
import { parseConfig } from "../config.ts";
import { NotFoundError } from "../errors/not-found-error.ts";
import { ServiceUnavailableError } from "../errors/service-unavailable-error.ts";
import { eventually } from "../testing/eventually.ts";
import { testLogger } from "../testing/log-lines.ts";
import { startPlatform } from "../testing/platform.ts";
import type { TestPlatform } from "../testing/platform.ts";
import { startTcpProxy } from "../testing/tcp-proxy.ts";
import { Database } from "./database.ts";
import type { ReadRoute } from "./database.ts";
import type { Query } from "./pool.ts";
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

const insert = (name: string) => async (query: Query) => {
  await query("INSERT INTO app.participants (id, name, token_hash) VALUES ($1, $2, $3)", [
    randomUUID(),
    name,
    Buffer.from(name),
  ]);
};
const count = (name: string) => async (query: Query) =>
  (
    await query<{ count: number }>("SELECT count(*)::int AS count FROM app.participants WHERE name = $1", [
      name,
    ])
  )[0]?.count;
const whereAmI = async (query: Query) =>
  (
    await query<{ port: number; replica: boolean; role: string }>(
      "SELECT inet_server_port() AS port, pg_is_in_recovery() AS replica, current_user AS role",
    )
  )[0];

/** Runs a statement on every replica as the superuser. */
async function onReplicas(statement: string): Promise<void> {
  for (const replica of platform.replicas) {
    const client = await replica.superuser();
    await client.query(statement);
    await client.end();
  }
}

/** The connections of the app's roles, ended from the server's side. */
async function endConnections(client: pg.Client): Promise<void> {
  await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename ~ '^app_'");
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
    const timed = async () => {
      const begun = performance.now();
      const found = await through.read(whereAmI);
      return [found?.replica, performance.now() - begun < 4_000, performance.now() - begun < 400];
    };
    expect(await timed()).toEqual([false, true, false]);
    expect(await timed()).toEqual([false, true, true]);
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

describe("writes", () => {
  it("are all or nothing", async () => {
    const half = async (query: Query): Promise<void> => {
      await insert("half")(query);
      throw new NotFoundError("there is nothing");
    };
    await expect(database.write(half)).rejects.toThrow(NotFoundError);
    expect(await database.write(count("half"))).toMatchObject({ value: 0 });
    // The connection is still good: no other was opened.
    expect(database.writer.counts.open).toBe(1);
  });

  it("are tried again when the connection is lost before the commit, and happen once", async () => {
    const superuser = await platform.postgres.superuser();
    let tries = 0;
    await database.write(async (query) => {
      tries += 1;
      await insert("again")(query);
      if (tries === 1) await endConnections(superuser);
      await query("SELECT 1");
    });
    expect([tries, (await database.write(count("again"))).value]).toEqual([2, 1]);
    await superuser.end();
  });

  it("survive that all idle connections are cut", async () => {
    await database.write(insert("before"));
    const superuser = await platform.postgres.superuser();
    await endConnections(superuser);
    await superuser.end();
    await database.write(insert("after"));
    expect((await database.write(count("after"))).value).toBe(1);
  });

  it("are not repeated when the answer to the commit is lost: it may have happened", async () => {
    const proxy = await startTcpProxy(platform.postgres.port);
    const through = openDatabase({ DATABASE_WRITER_PORT: `${proxy.port}` });
    proxy.cutAfter(/COMMIT/);
    await expect(through.write(insert("unknown"))).rejects.toThrow(ServiceUnavailableError);
    expect((await through.write(count("unknown"))).value).toBe(1);

    // Only who says that twice is as good as once gets it repeated.
    let tries = 0;
    proxy.cutAfter(/COMMIT/);
    await through.write(
      async (query) => {
        tries += 1;
        await insert(`idempotent-${tries}`)(query);
      },
      { idempotent: true },
    );
    expect(tries).toBe(2);
    await through.close();
    open.pop();
    await proxy.close();
  });

  it("leave connections behind that lead to a replica, as soon as the name leads to the primary", async () => {
    const [replica] = platform.replicas;
    const proxy = await startTcpProxy(replica?.port ?? 0);
    const through = openDatabase({ DATABASE_WRITER_PORT: `${proxy.port}` });
    await expect(through.write(insert("refused"))).rejects.toThrow(ServiceUnavailableError);
    expect(lines.map(({ message, error }) => [message, (error as Error).message])).toEqual([
      ["write is tried again", "writer: cannot execute INSERT in a read-only transaction"],
      ["write is tried again", "writer: cannot execute INSERT in a read-only transaction"],
    ]);
    // The name moves while a connection to the replica is in use.
    await through.write(async (query) => {
      await query("SELECT 1");
      proxy.redirect(platform.postgres.port);
      await insert("parked")(query);
    });
    await through.write(insert("moved"));
    expect((await through.write(count("moved"))).value).toBe(1);
    expect((await through.write(count("refused"))).value).toBe(0);
    await through.close();
    open.splice(open.indexOf(through), 1);
    await proxy.close();
  });

  it("fail in time when the primary has gone silent, and go on when it speaks again", async () => {
    const proxy = await startTcpProxy(platform.postgres.port);
    const through = openDatabase({ DATABASE_WRITER_PORT: `${proxy.port}` });
    await through.write(insert("spoken"));
    proxy.silence();
    const begun = performance.now();
    await expect(through.write(insert("whispered"))).rejects.toThrow(ServiceUnavailableError);
    expect(performance.now() - begun).toBeLessThan(10_000);
    proxy.speak();
    await through.write(insert("loud"));
    expect((await through.write(count("whispered"))).value).toBe(0);
    await through.close();
    open.splice(open.indexOf(through), 1);
    await proxy.close();
  });

  it("say that they can be tried again when somebody else holds the row", async () => {
    await database.write(insert("held"));
    const superuser = await platform.postgres.superuser();
    const rename = (query: Query) => query("UPDATE app.participants SET name = 'taken' WHERE name = 'held'");
    try {
      await superuser.query("BEGIN");
      await superuser.query("SELECT FROM app.participants WHERE name = 'held' FOR UPDATE");
      await expect(database.write(rename)).rejects.toThrow(ServiceUnavailableError);
    } finally {
      await superuser.end();
    }
    await database.write(rename);
    expect((await database.write(count("taken"))).value).toBe(1);
  });

  it("are tried again after a serialisation failure", async () => {
    let tries = 0;
    await database.write(async (query) => {
      tries += 1;
      await query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
      if (tries === 1) await query("DO $$ BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '40001'; END $$");
    });
    expect(tries).toBe(2);
  });

  it("fail in time when the primary is gone, and go on by themselves when it is back", async () => {
    await database.write(insert("alive"));
    await platform.postgres.kill("SIGKILL");
    await expect(database.write(insert("dead"))).rejects.toThrow(ServiceUnavailableError);
    // Replicas still serve.
    expect(await database.read(count("alive"))).toBe(1);
    await platform.postgres.start();
    await eventually("a write", () =>
      database.write(insert("reborn")).then(
        () => true,
        () => undefined,
      ),
    );
    expect((await database.write(count("reborn"))).value).toBe(1);
    expect((await database.write(count("dead"))).value).toBe(0);
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
