import { writeFileSync, cpSync, mkdtempSync, rmSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { quizzes as written } from "../../../content/index.ts";
import { parseContent } from "../features/quizzes/content.ts";
import { eventually } from "../testing/eventually.ts";
import { runMigration } from "../testing/migrated.ts";
import { DATABASE, startPostgres } from "../testing/postgres.ts";
import type { PostgresServer } from "../testing/postgres.ts";
import { SECRETS, makeSecretsFolder } from "../testing/secrets-folder.ts";

jest.setTimeout(120_000);

const migrations = join(import.meta.dirname, "../../../migrations");
const names = readdirSync(migrations)
  .filter((name) => name.endsWith(".sql"))
  .map((name) => name.slice(0, -4));

let postgres: PostgresServer;
let secrets: ReturnType<typeof makeSecretsFolder>;
let superuser: pg.Client;
beforeAll(async () => {
  postgres = await startPostgres();
  secrets = makeSecretsFolder();
  // Two at once, as after a Job that was started anew.
  const both = await Promise.all([
    runMigration(postgres.port, secrets.path),
    runMigration(postgres.port, secrets.path),
  ]);
  expect(both.map(({ code, errors }) => [code, errors])).toEqual([
    [0, ""],
    [0, ""],
  ]);
  const outcomes = both.map(({ lines }) => lines.find(({ message }) => message === "migrated"));
  expect(outcomes).toHaveLength(2);
  // One has done all of it, the other nothing.
  expect(outcomes.map((line) => line?.["applied"])).toEqual(expect.arrayContaining([names, []]));
  expect(outcomes.map((line) => line?.["content"]).sort()).toEqual(["already there", "loaded"]);
  superuser = await postgres.superuser();
});
afterAll(async () => {
  await superuser.end();
  await postgres.remove();
  secrets.remove();
});

async function connectAs(user: string, password: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port: postgres.port,
    database: DATABASE,
    user,
    password,
  });
  await client.connect();
  return client;
}

/** What the statement is answered with: `ok`, or why it was refused. */
async function attempt(client: pg.Client, statement: string): Promise<string> {
  return client.query(statement).then(
    () => "ok",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

const rows = async (statement: string) => (await superuser.query<Record<string, unknown>>(statement)).rows;

describe("the migration Job", () => {
  it("loads all that is written", async () => {
    expect(await rows("SELECT id FROM app.quizzes WHERE NOT retired ORDER BY position")).toEqual(
      parseContent(written).map(({ id }) => ({ id })),
    );
    const [counted] = await rows("SELECT count(*)::int AS questions FROM app.questions WHERE NOT retired");
    expect(counted).toEqual({ questions: 120 });
  });

  it("changes nothing when it runs again", async () => {
    const shape = () =>
      rows(`SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
             WHERE table_schema IN ('app', 'migrations') ORDER BY 1, 2, 3`);
    const content = () => rows("SELECT xmin::text, * FROM app.questions ORDER BY id");
    const before = [await shape(), await content(), await rows("SELECT * FROM app.content_releases")];
    const { code, lines } = await runMigration(postgres.port, secrets.path);
    expect([code, lines.at(-1)]).toMatchObject([0, { applied: [], content: "already there" }]);
    expect([await shape(), await content(), await rows("SELECT * FROM app.content_releases")]).toEqual(
      before,
    );
  });

  it("needs no superuser and makes none", async () => {
    expect(
      await rows(`SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles
                   WHERE rolname IN ('twinstack_admin', 'app_rw', 'app_ro') ORDER BY rolname`),
    ).toEqual(
      ["app_ro", "app_rw", "twinstack_admin"].map((rolname) => ({
        rolname,
        rolsuper: false,
        rolcreaterole: rolname === "twinstack_admin",
        rolcreatedb: rolname === "twinstack_admin",
        rolreplication: false,
        rolbypassrls: false,
      })),
    );
  });

  it("sets the passwords, as SCRAM verifiers, and none is in the log", async () => {
    for (const [user, password] of [
      ["app_rw", SECRETS["database-rw-password"]],
      ["app_ro", SECRETS["database-ro-password"]],
    ] as const) {
      await (await connectAs(user, password)).end();
      await expect(connectAs(user, `${password}x`)).rejects.toThrow("password authentication failed");
    }
    expect(
      await rows("SELECT rolname FROM pg_authid WHERE rolname ~ '^app_' AND rolpassword !~ '^SCRAM-SHA-256'"),
    ).toEqual([]);
    // Every statement is logged here.
    expect(postgres.log()).toContain("ROLE app_rw LOGIN PASSWORD");
    for (const name of ["database-rw-password", "database-ro-password"] as const) {
      expect(postgres.log()).not.toContain(SECRETS[name]);
    }
  });

  it("takes over a changed password", async () => {
    const changed = makeSecretsFolder();
    writeFileSync(join(changed.path, "database-ro-password"), "another-1234567890abcdef1234567890ab");
    expect((await runMigration(postgres.port, changed.path)).code).toBe(0);
    await (await connectAs("app_ro", "another-1234567890abcdef1234567890ab")).end();
    await expect(connectAs("app_ro", SECRETS["database-ro-password"])).rejects.toThrow(
      "password authentication failed",
    );
    changed.remove();
    expect((await runMigration(postgres.port, secrets.path)).code).toBe(0);
  });

  it("lets app_ro read everything and write nothing", async () => {
    const client = await connectAs("app_ro", SECRETS["database-ro-password"]);
    expect(await attempt(client, "SELECT * FROM app.attempts")).toBe("ok");
    expect(await attempt(client, "UPDATE app.participants SET name = 'x'")).toBe(
      "cannot execute UPDATE in a read-only transaction",
    );
    await client.query("SET default_transaction_read_only = off");
    for (const table of ["participants", "attempts", "outbox", "quizzes", "leaderboard_entries"]) {
      expect(await attempt(client, `DELETE FROM app.${table}`)).toBe(`permission denied for table ${table}`);
      expect(await attempt(client, `INSERT INTO app.${table} DEFAULT VALUES`)).toBe(
        `permission denied for table ${table}`,
      );
    }
    expect(await attempt(client, "CREATE TABLE app.mine ()")).toBe("permission denied for schema app");
    expect(await attempt(client, "CREATE TABLE public.mine ()")).toBe("permission denied for schema public");
    expect(await attempt(client, "CREATE TEMP TABLE mine ()")).toMatch(
      "permission denied to create temporary tables",
    );
    await client.end();
  });

  it("lets app_rw write what people make, not what is written for them, and no structure", async () => {
    const client = await connectAs("app_rw", SECRETS["database-rw-password"]);
    expect(await attempt(client, "UPDATE app.participants SET name = name")).toBe("ok");
    expect(await attempt(client, "UPDATE app.participants SET token_hash = ''")).toBe(
      "permission denied for table participants",
    );
    for (const [table, statement] of [
      ["quizzes", "UPDATE app.quizzes SET title = ''"],
      ["questions", "UPDATE app.questions SET answer = 0"],
      ["attempts", "DELETE FROM app.attempts"],
      ["attempts", "TRUNCATE app.attempts"],
    ]) {
      expect(await attempt(client, statement ?? "")).toBe(`permission denied for table ${table ?? ""}`);
    }
    expect(await attempt(client, "DROP TABLE app.attempts")).toBe("must be owner of table attempts");
    expect(await attempt(client, "SELECT * FROM migrations.applied")).toBe(
      "permission denied for schema migrations",
    );
    expect(await attempt(client, "CREATE TABLE public.mine ()")).toBe("permission denied for schema public");
    expect((await client.query("SHOW statement_timeout")).rows).toEqual([{ statement_timeout: "5s" }]);
    await client.end();
  });

  it("gives up on a lock instead of holding everybody up, and goes on where it was", async () => {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-migrations-"));
    cpSync(migrations, folder, { recursive: true });
    writeFileSync(
      join(folder, "0901_first.sql"),
      "SET LOCAL lock_timeout = '1s'; CREATE TABLE app.first ();",
    );
    writeFileSync(
      join(folder, "0902_second.sql"),
      "SET LOCAL lock_timeout = '1s'; ALTER TABLE app.outbox ADD COLUMN extra text;",
    );
    writeFileSync(
      join(folder, "0903_third.sql"),
      "-- outside a transaction\nCREATE INDEX CONCURRENTLY third ON app.outbox (kind);",
    );
    const run = () => runMigration(postgres.port, secrets.path, { MIGRATIONS_DIR: folder });
    await superuser.query("BEGIN; LOCK TABLE app.outbox IN ACCESS SHARE MODE");
    const refused = await run();
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain("canceling statement due to lock timeout");
    await superuser.query("COMMIT");
    const again = await run();
    expect(again.lines.at(-1)).toMatchObject({ applied: ["0902_second", "0903_third"] });
    // Who still has a snapshot from before keeps an index from being finished; the next run builds it anew.
    writeFileSync(
      join(folder, "0904_fourth.sql"),
      "-- outside a transaction\nCREATE INDEX CONCURRENTLY fourth ON app.outbox (version);",
    );
    await superuser.query("BEGIN; SELECT FROM app.outbox; UPDATE app.outbox SET sends = sends");
    expect((await run()).code).toBe(1);
    await superuser.query("COMMIT");
    expect(await rows("SELECT indisvalid FROM pg_index WHERE indexrelid = 'app.fourth'::regclass")).toEqual([
      { indisvalid: false },
    ]);
    expect((await run()).lines.at(-1)).toMatchObject({ applied: ["0904_fourth"] });
    expect(await rows("SELECT indisvalid FROM pg_index WHERE indexrelid = 'app.fourth'::regclass")).toEqual([
      { indisvalid: true },
    ]);
    // The older release's Job, which knows nothing of these, still passes.
    expect((await runMigration(postgres.port, secrets.path)).code).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it("waits for another one that is at work", async () => {
    const other = await postgres.superuser();
    await other.query("SELECT pg_advisory_lock(8237401120)");
    const waiting = runMigration(postgres.port, secrets.path);
    await eventually("the second to ask for the lock, and to hold nothing meanwhile", async () => {
      const found = await rows(
        "SELECT FROM pg_stat_activity WHERE state = 'idle' AND query ~ '^SELECT pg_try_advisory_lock'",
      );
      return found.length === 1 ? true : undefined;
    });
    await other.end();
    expect((await waiting).code).toBe(0);
  });

  it("says what to look at when the database refuses or does not answer", async () => {
    const wrong = makeSecretsFolder();
    writeFileSync(join(wrong.path, "database-admin-password"), "wrong");
    const refused = await runMigration(postgres.port, wrong.path);
    expect(refused.code).toBe(1);
    expect(refused.errors).toMatch(
      /^Error: The database could not be opened .*DATABASE_ADMIN_USER=twinstack_admin: password authentication failed/,
    );
    wrong.remove();
    const away = await runMigration(1, secrets.path, { STARTUP_SECONDS: "1" });
    expect([away.code, away.errors]).toEqual([
      1,
      expect.stringContaining("within 1 s: DATABASE_PRIMARY_HOST=127.0.0.1, DATABASE_PRIMARY_PORT=1"),
    ]);
    const unset = await runMigration(1, secrets.path, { DATABASE_PRIMARY_HOST: "" });
    expect(unset.errors).toContain(
      'DATABASE_PRIMARY_HOST="": write a host name or address, e.g. primary.example.com.',
    );
  });
});
