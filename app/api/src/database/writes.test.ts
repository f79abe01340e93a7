import type pg from "pg";
import { parseConfig } from "../config.ts";
import { NotFoundError } from "../errors/not-found-error.ts";
import { ServiceUnavailableError } from "../errors/service-unavailable-error.ts";
import { eventually } from "../testing/eventually.ts";
import { testLogger } from "../testing/log-lines.ts";
import { startPlatform } from "../testing/platform.ts";
import type { TestPlatform } from "../testing/platform.ts";
import { count, insert } from "../testing/statements.ts";
import { startTcpProxy } from "../testing/tcp-proxy.ts";
import { Database } from "./database.ts";
import type { Query } from "./pool.ts";

let platform: TestPlatform;
beforeAll(async () => (platform = await startPlatform({ replicas: 1 })));
afterAll(() => platform.remove());

let database: Database;
let lines: Record<string, unknown>[];
const open: Database[] = [];
function openDatabase(env: Readonly<Record<string, string>> = {}): Database {
  const log = testLogger();
  const made = new Database(parseConfig({ ...platform.env, ...env }).database, log.logger);
  open.push(made);
  lines = log.lines;
  return made;
}
beforeEach(() => (database = openDatabase()));
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** The connections of the app's roles, ended from the server's side. */
async function endConnections(client: pg.Client): Promise<void> {
  await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename ~ '^app_'");
}

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
    await expect(through.write(insert("whispered"))).rejects.toThrow(ServiceUnavailableError);
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
