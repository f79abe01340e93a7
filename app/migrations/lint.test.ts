import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { lintMigration } from "./lint.ts";

const TIMEOUT = "SET LOCAL lock_timeout = '4s';\n";

describe("the migrations", () => {
  const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".sql"));

  it.each(names)("%s only expands", async (name) => {
    expect(await lintMigration(readFileSync(join(import.meta.dirname, name), "utf8"))).toEqual([]);
  });

  it("are numbered without gaps", () => {
    expect(names.map((name) => name.slice(0, 5))).toEqual(
      names.map((_, index) => `${String(index + 1).padStart(4, "0")}_`),
    );
  });
});

describe("lintMigration", () => {
  it.each([
    "CREATE TABLE app.a (id int PRIMARY KEY, b text NOT NULL REFERENCES app.c (id)); CREATE INDEX i ON app.a (b)",
    "CREATE TABLE app.a (id int); ALTER TABLE app.a ALTER COLUMN id TYPE bigint",
    "ALTER TABLE app.a ADD COLUMN b text",
    "ALTER TABLE app.a ADD COLUMN b text NOT NULL DEFAULT ''",
    "ALTER TABLE app.a ADD COLUMN b timestamptz NOT NULL DEFAULT now()",
    "ALTER TABLE app.a ADD COLUMN b int DEFAULT '1'::int",
    "ALTER TABLE app.a ALTER COLUMN b SET DEFAULT 2",
    "ALTER TABLE app.a ADD CONSTRAINT k CHECK (b > 0) NOT VALID",
    "ALTER TABLE app.a VALIDATE CONSTRAINT k",
    "GRANT SELECT ON app.a TO app_ro",
    "COMMENT ON TABLE app.a IS 'x'",
  ])("lets pass: %s", async (sql) => expect(await lintMigration(TIMEOUT + sql)).toEqual([]));

  it.each([
    ["DROP TABLE app.a", /^2: DROP takes away/],
    ["DROP INDEX app.i", /^2: DROP takes away/],
    [
      "ALTER TABLE app.a DROP COLUMN b",
      /^2: DropColumn takes away: the release that still serves would break/,
    ],
    ["ALTER TABLE app.a DROP CONSTRAINT k", /^2: DropConstraint takes away/],
    ["ALTER TABLE app.a ALTER COLUMN b DROP DEFAULT", /^2: DROP DEFAULT takes away/],
    ["ALTER TABLE app.a RENAME COLUMN b TO c", /^2: RENAME takes the old name away/],
    ["ALTER TABLE app.a RENAME TO b", /^2: RENAME takes the old name away/],
    ["ALTER TABLE app.a ALTER COLUMN b TYPE bigint", /^2: a column's type may not change/],
    ["ALTER TABLE app.a ALTER COLUMN b SET NOT NULL", /^2: SET NOT NULL reads the whole table/],
    ["ALTER TABLE app.a ADD COLUMN b text NOT NULL", /^2: b is NOT NULL without a DEFAULT/],
    [
      "ALTER TABLE app.a ADD COLUMN b uuid DEFAULT gen_random_uuid()",
      /^2: b's DEFAULT may differ from row to row/,
    ],
    [
      "ALTER TABLE app.a ADD COLUMN b int GENERATED ALWAYS AS IDENTITY",
      /^2: b would be worked out for each row/,
    ],
    ["ALTER TABLE app.a ADD COLUMN b int UNIQUE", /^2: add b first/],
    ["ALTER TABLE app.a ADD COLUMN b int REFERENCES app.c (id)", /^2: add b first/],
    ["ALTER TABLE app.a ADD CONSTRAINT k CHECK (b > 0)", /^2: k reads the whole table .* add it NOT VALID/],
    ["ALTER TABLE app.a ADD CONSTRAINT k UNIQUE (b)", /^2: k builds an index/],
    [
      "CREATE INDEX i ON app.a (b)",
      /^2: CREATE INDEX on app\.a keeps everybody from writing it: use CREATE INDEX CONC/,
    ],
    [
      "CREATE INDEX CONCURRENTLY i ON app.a (b)",
      /^2: CREATE INDEX CONCURRENTLY belongs into a file of its own/,
    ],
    ["REVOKE SELECT ON app.a FROM app_ro", /^2: REVOKE takes away/],
    ["CREATE TABLE IF NOT EXISTS app.a (); ALTER TABLE app.a DROP COLUMN b", /^3: DropColumn takes away/],
    ["TRUNCATE app.a", /^2: TruncateStmt is not known to be safe/],
    ["DELETE FROM app.a", /^2: DeleteStmt is not known to be safe/],
    ["ALTER TYPE app.t RENAME VALUE 'a' TO 'b'", /^2: AlterEnumStmt is not known to be safe/],
    ["LOCK TABLE app.a", /^2: LockStmt is not known to be safe/],
    ["DO $$ BEGIN EXECUTE 'DROP TABLE app.a'; END $$", /^2: DoStmt is not known to be safe/],
  ])("refuses: %s", async (sql, problem) =>
    expect(await lintMigration(TIMEOUT + sql)).toEqual([expect.stringMatching(problem)]),
  );

  it.each([
    ["none", ""],
    ["one for the whole session", "SET lock_timeout = '4s';"],
    ["one that waits for minutes", "SET LOCAL lock_timeout = '5min';"],
    ["none at all", "SET LOCAL lock_timeout = 0;"],
    ["one that comes too late", "CREATE TABLE app.b (); SET LOCAL lock_timeout = '4s';"],
  ])("refuses a lock_timeout that is %s", async (_what, sql) => {
    const problems = await lintMigration(`${sql} CREATE TABLE app.a (id int)`);
    expect(problems[0]).toMatch(/^1: begin with SET LOCAL lock_timeout = '4s';/);
  });

  it("lets one index be made without a transaction, and nothing with it", async () => {
    const index = "-- outside a transaction\nCREATE INDEX CONCURRENTLY i ON app.a (b)";
    expect(await lintMigration(index)).toEqual([]);
    const problem = ["1: outside a transaction there may be one CREATE INDEX CONCURRENTLY and nothing else."];
    expect(await lintMigration(`${index}; DROP TABLE app.a`)).toEqual(problem);
    expect(await lintMigration("-- outside a transaction\nCREATE INDEX i ON app.a (b)")).toEqual(problem);
  });

  it("says where it is not SQL", async () => {
    await expect(lintMigration(`${TIMEOUT}CREATE TABEL a ()`)).rejects.toThrow(
      'syntax error at or near "TABEL"',
    );
  });
});
