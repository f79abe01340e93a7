import { parseConfig } from "../config.ts";
import { ServiceUnavailableError } from "../errors/service-unavailable-error.ts";
import { testLogger } from "../testing/log-lines.ts";
import { startPlatform } from "../testing/platform.ts";
import type { TestPlatform } from "../testing/platform.ts";
import { whereAmI } from "../testing/statements.ts";
import { Database } from "./database.ts";
import type { ReadRoute } from "./database.ts";
import type { Query } from "./pool.ts";

let platform: TestPlatform;
beforeAll(async () => (platform = await startPlatform({ replicas: 1 })));
afterAll(() => platform.remove());

const open: Database[] = [];
function openDatabase(env: Readonly<Record<string, string>> = {}) {
  const database = new Database(parseConfig({ ...platform.env, ...env }).database, testLogger().logger);
  open.push(database);
  const routes: ReadRoute[] = [];
  database.onRead = (route) => routes.push(route);
  return { database, routes };
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const BUSY = "The database has too much to do just now. Try again in a moment.";
async function refused(work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ServiceUnavailableError);
  const { status, message, headers } = error as ServiceUnavailableError;
  expect([status, message, headers]).toEqual([503, BUSY, { "Retry-After": "2" }]);
}
/** The replica is asked again at once, and the writer was never asked. */
async function isStillRead({ database, routes }: ReturnType<typeof openDatabase>): Promise<void> {
  expect((await database.read(whereAmI))?.replica).toBe(true);
  expect(routes).toEqual(["reader-busy", "reader"]);
  expect(database.writer.counts.open).toBe(0);
}
const sleep = (query: Query) => query("SELECT pg_sleep(10)");

describe("a replica that is busy", () => {
  it("is not left alone: a statement past its time, a full pool, no answer to one while others are answered", async () => {
    const slow = openDatabase();
    const full = openDatabase({ DATABASE_POOL_SIZE: "1" });
    const silent = openDatabase();

    const held = Promise.withResolvers<undefined>();
    const holder = full.database.readers[0]?.pool.lend(() => held.promise);
    const silence = { over: false };
    const unanswered = silent.database
      .read(async (query) => {
        await query("SET statement_timeout = 0");
        await sleep(query);
      })
      .finally(() => (silence.over = true));
    const others = (async () => {
      while (!silence.over)
        await silent.database.readers[0]?.pool.lend(({ query }) => query("SELECT pg_sleep(0.1)"));
    })();
    await Promise.all([
      refused(slow.database.read(sleep)),
      refused(full.database.read(whereAmI)),
      refused(unanswered),
    ]);
    held.resolve(undefined);
    await Promise.all([holder, others]);
    for (const one of [slow, full, silent]) await isStillRead(one);
    expect(silent.database.readers[0]?.pool.counts.open).toBeLessThan(3);
  });

  it("is not left alone when it has no connection to give", async () => {
    const replica = openDatabase();
    const superuser = await platform.postgres.superuser();
    const settle = async (limit: number): Promise<void> => {
      await superuser.query(`ALTER ROLE app_ro CONNECTION LIMIT ${limit}`);
      const { rows } = await superuser.query<{ at: string }>("SELECT pg_current_wal_lsn()::text AS at");
      const there = await platform.replicas[0]?.superuser();
      await there?.query(
        `DO $$ BEGIN WHILE pg_last_wal_replay_lsn() < '${rows[0]?.at ?? ""}' LOOP PERFORM pg_sleep(0.01); END LOOP; END $$`,
      );
      await there?.end();
    };
    await settle(0);
    await refused(replica.database.read(whereAmI));
    await settle(-1);
    await superuser.end();
    await isStillRead(replica);
  });
});

describe("a writer that is busy", () => {
  it("is told to the caller, who may ask again, and is not asked again by itself", async () => {
    const { database } = openDatabase({ DATABASE_READER_HOSTS: "", DATABASE_POOL_SIZE: "1" });
    let tries = 0;
    await refused(
      database.write(async (query) => {
        tries += 1;
        await query("SET LOCAL statement_timeout = '50ms'");
        await sleep(query);
      }),
    );
    expect(tries).toBe(1);
    await refused(
      database.read(async (query) => {
        await query("SET statement_timeout = '50ms'");
        await sleep(query);
      }),
    );
    // The connection is good, and no other was opened.
    expect((await database.write(whereAmI)).value?.replica).toBe(false);
    expect(database.writer.counts.open).toBe(1);
  });
});
