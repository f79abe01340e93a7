import type pg from "pg";
import type { Query } from "../../database/pool.ts";
import { runMigration } from "../../testing/migrated.ts";
import { startPostgres } from "../../testing/postgres.ts";
import type { PostgresServer } from "../../testing/postgres.ts";
import { makeSecretsFolder } from "../../testing/secrets-folder.ts";
import { recalculate } from "./counting.ts";
import { Landmarks } from "./landmarks.ts";
import { standingOf } from "./standing.ts";

jest.setTimeout(120_000);
const PEOPLE = 3_000;
const DISTANCE = 50;
/** Tokens are what they are hashed from: the participant's number. */
const token = (person: number) => `token-${person}`;
const idOf = (person: number) => `00000000-0000-4000-8000-${String(person).padStart(12, "0")}`;

let postgres: PostgresServer;
let client: pg.Client;
beforeAll(async () => {
  postgres = await startPostgres();
  const secrets = makeSecretsFolder();
  expect((await runMigration(postgres.port, secrets.path)).errors).toBe("");
  secrets.remove();
  client = await postgres.superuser();
  // Few scores and few times, so that there are ties of both.
  await client.query(`
    INSERT INTO app.participants (id, name, token_hash)
      SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'P' || n, sha256(('token-' || n)::bytea)
        FROM generate_series(1, ${PEOPLE}) n;
    INSERT INTO app.leaderboard_entries (quiz_id, participant_id, score, total, attempts, reached_at, counted_at)
      SELECT quiz, participants.id, hashtext(name || quiz) & 3, 15, 1, at, at
        FROM app.participants, unnest(ARRAY['history', 'wildlife']) quiz,
             LATERAL (SELECT timestamptz '2026-01-01 00:00:00.000001Z' + (hashtext(name) & 31) * interval '1.25 s' AS at) t;
    INSERT INTO app.leaderboard_totals (participant_id, score, total, quizzes, reached_at)
      SELECT participant_id, sum(score), sum(total), count(*), max(reached_at)
        FROM app.leaderboard_entries GROUP BY participant_id;
  `);
  await client.query("VACUUM ANALYZE app.leaderboard_entries");
  await client.query("VACUUM ANALYZE app.leaderboard_totals");
});
afterAll(async () => {
  await client.end();
  await postgres.remove();
});

const queryOf =
  (one: pg.Client): Query =>
  async <Row extends object>(statement: string, values: readonly unknown[] = []) =>
    (await one.query<Row & pg.QueryResultRow>(statement, [...values])).rows;
const query: Query = (statement, values) => queryOf(client)(statement, values);

interface Plan {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly Plans?: readonly Plan[];
}

/** Runs each statement, and notes how many rows of a board's table each of its scans has read. */
function watched() {
  const scans: { readonly statement: string; readonly rows: number; readonly index: string | undefined }[] =
    [];
  const note = (statement: string, plan: Plan): void => {
    if (plan["Node Type"].endsWith("Scan") && /^leaderboard/.test(plan["Relation Name"] ?? ""))
      scans.push({
        statement,
        rows: plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0),
        index: plan["Index Name"],
      });
    for (const inner of plan.Plans ?? []) note(statement, inner);
  };
  const run: Query = async (statement, values = []) => {
    if (/^\s*(SELECT|INSERT)/.test(statement) && !/FOR NO KEY/.test(statement)) {
      await client.query("BEGIN");
      const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${statement}`,
        [...values],
      );
      await client.query("ROLLBACK");
      for (const row of rows) note(statement, row["QUERY PLAN"][0].Plan);
    }
    return query(statement, values);
  };
  return { scans, query: run };
}

describe("the standing", () => {
  it("is the place in the whole order, however many share a score and a time", async () => {
    const { rows: orders } = await client.query<{ id: string; overall: number; history: number }>(
      `SELECT sums.participant_id AS id,
              (row_number() OVER (ORDER BY sums.score DESC, sums.reached_at, sums.participant_id))::int AS overall,
              (row_number() OVER (ORDER BY one.score DESC, one.reached_at, one.participant_id))::int AS history
         FROM app.leaderboard_totals sums JOIN app.leaderboard_entries one
           ON one.participant_id = sums.participant_id AND one.quiz_id = 'history'`,
    );
    const expected = new Map(orders.map((row) => [row.id, row]));
    const landmarks = new Landmarks(DISTANCE);
    for (let person = 1; person <= PEOPLE; person += 97) {
      const { overall, quizzes } = await standingOf(query, token(person), landmarks);
      const { overall: first, history } = expected.get(idOf(person)) ?? {};
      expect([person, overall?.rank, quizzes[0]?.rank]).toEqual([person, first, history]);
    }
  });

  it("reads a stretch of each board, not everybody ahead", async () => {
    const landmarks = new Landmarks(DISTANCE);
    await standingOf(query, token(1), landmarks);
    const { scans, query: run } = watched();
    for (const person of [1, 500, 2_999]) await standingOf(run, token(person), landmarks);
    expect(scans.length).toBeGreaterThan(12);
    expect(scans.filter(({ rows }) => rows > DISTANCE)).toEqual([]);
  });

  it("counts a board's landmarks once for all who ask, and again when they are old or could not be counted", async () => {
    let counted = 0;
    let failing = true;
    const on =
      (one: pg.Client): Query =>
      async (statement, values) => {
        if (statement.includes("row_number")) {
          counted += 1;
          if (failing) throw new Error("away");
        }
        return queryOf(one)(statement, values);
      };
    const run = on(client);
    const landmarks = new Landmarks(DISTANCE, 60_000);
    await expect(standingOf(run, token(1), landmarks)).rejects.toThrow("away");
    failing = false;
    const clients = await Promise.all([1, 2, 3].map(() => postgres.superuser()));
    await Promise.all(clients.map((one, index) => standingOf(on(one), token(index + 1), landmarks)));
    await Promise.all(clients.map((one) => one.end()));
    expect(counted).toBe(1 + 3);
    const old = new Landmarks(DISTANCE, 0);
    await standingOf(run, token(1), old);
    await standingOf(run, token(1), old);
    expect(counted).toBe(4 + 6);
  });

  it("is nothing for who has no place", async () => {
    expect(await standingOf(query, "nobody", new Landmarks())).toEqual({ overall: null, quizzes: [] });
  });
});

describe("recalculating", () => {
  it("reads the participant's own entries alone", async () => {
    const { scans, query: run } = watched();
    await recalculate(run, [idOf(7)], "history");
    const sums = scans.filter(({ statement }) => statement.includes("sum(score)"));
    expect(sums).toEqual([
      { statement: sums[0]?.statement, rows: 2, index: "leaderboard_entries_of_participant" },
    ]);
  });
});
