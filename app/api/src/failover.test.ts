import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { eventually } from "./testing/eventually.ts";
import { startPgbouncer } from "./testing/pgbouncer.ts";
import type { Pooler } from "./testing/pgbouncer.ts";
import { startPlatform } from "./testing/platform.ts";
import type { TestPlatform } from "./testing/platform.ts";
import type { PostgresServer } from "./testing/postgres.ts";
import { spawnProgram } from "./testing/server-process.ts";
import type { ServerProcess } from "./testing/server-process.ts";
import { answersTo } from "./testing/take-quiz.ts";
import { startTcpProxy } from "./testing/tcp-proxy.ts";
import type { TcpProxy } from "./testing/tcp-proxy.ts";
import { TestVisitor } from "./testing/visitor.ts";

const WRITERS = 8;

let platform: TestPlatform;
let standby: PostgresServer;
let name: TcpProxy;
let pooler: Pooler;
let server: ServerProcess;
let worker: ServerProcess;
let url: string;
let promoted: pg.Client | undefined;
beforeAll(async () => {
  platform = await startPlatform({ replicas: 2 });
  const [first, reader] = platform.replicas;
  if (first === undefined || reader === undefined) throw new Error("A replica is missing.");
  standby = first;
  // As Multi-AZ: a commit is acknowledged when the standby has it too. The other replica is one to read from.
  const superuser = await platform.postgres.superuser();
  await superuser.query(`ALTER SYSTEM SET synchronous_standby_names = '"${standby.name}"'`);
  await superuser.query("SELECT pg_reload_conf()");
  await eventually("the standby to be synchronous", async () => {
    const { rows } = await superuser.query("SELECT FROM pg_stat_replication WHERE sync_state = 'sync'");
    return rows.length === 1 ? true : undefined;
  });
  await superuser.end();
  name = await startTcpProxy(platform.postgres.port);
  pooler = await startPgbouncer(name.port);
  const env = {
    ...platform.env,
    DATABASE_WRITER_PORT: `${pooler.port}`,
    DATABASE_READER_HOSTS: `127.0.0.1:${reader.port}`,
  };
  [server, worker] = [spawnProgram("server", env), spawnProgram("worker", env)];
  url = `http://127.0.0.1:${String((await server.logged("listening"))["port"])}`;
  await worker.logged("working");
});
afterAll(async () => {
  await promoted?.end();
  await Promise.all([server.dispose(), worker.dispose()]);
  await pooler.remove();
  await name.close();
  await platform.remove();
});

interface Acknowledged {
  readonly id: string;
  readonly score: number;
}

/** Sends until it is taken: a visitor who tries again with the same key. */
function insist(
  send: () => Promise<{ status: number; body: never; text: string }>,
  what: string,
): Promise<{ readonly id: string; readonly result: { readonly score: number } | null }> {
  return eventually(what, async () => {
    const answer = await send().catch(() => undefined);
    if (answer !== undefined && answer.status < 500) {
      if (answer.status >= 400) throw new Error(`${what}: ${answer.text}`);
      return answer.body;
    }
    return undefined;
  });
}

describe("when the primary dies under writes and its standby takes over", () => {
  const acknowledged: Acknowledged[] = [];
  const probed: number[] = [];
  let submissions = 0;
  let done = false;

  async function writeOn(): Promise<void> {
    const visitor = new TestVisitor(url);
    await insist(() => visitor.put("/api/me", { name: "Persistent" }), "a name");
    while (!done) {
      const right = submissions++ % 16;
      const { id } = await insist(() => visitor.post("/api/quizzes/history/attempts", {}), "a start");
      const key = randomUUID();
      const body = { answers: answersTo("history", right) };
      const { result } = await insist(
        () => visitor.post(`/api/attempts/${id}/submit`, body, { "Idempotency-Key": key }),
        "a submission",
      );
      expect(result?.score).toBe(Math.min(right, 15));
      acknowledged.push({ id, score: Math.min(right, 15) });
      // The visitor's own write is there, wherever it is read.
      const { result: again } = await insist(() => visitor.get(`/api/attempts/${id}`), "a look");
      expect(again?.score).toBe(Math.min(right, 15));
    }
  }
  async function probeOn(): Promise<void> {
    while (!done) {
      probed.push((await fetch(`${url}/health/ready`)).status);
      await delay(20);
    }
  }
  const moreThan = (count: number) =>
    eventually(`${count} submissions`, () => (acknowledged.length > count ? true : undefined));

  it("loses no acknowledged write, repeats none, and goes on unaided", async () => {
    const writers = Promise.all([probeOn(), ...Array.from({ length: WRITERS }, writeOn)]);
    try {
      await moreThan(30);
      await platform.postgres.kill("SIGKILL");
      const before = acknowledged.length;
      promoted = await standby.superuser();
      await promoted.query("SELECT pg_promote(true)");
      name.redirect(standby.port);
      await moreThan(before + 60);
    } finally {
      done = true;
      await writers;
    }
    const { rows } = await promoted.query<{ id: string; score: number; jobs: number }>(
      `SELECT attempts.id, score::int, (SELECT count(*)::int FROM app.outbox
                                          WHERE payload->>'attemptId' = attempts.id::text) AS jobs
         FROM app.attempts WHERE submitted_at IS NOT NULL`,
    );
    const found = new Map(rows.map((row) => [row.id, row]));
    for (const { id, score } of acknowledged) expect(found.get(id)).toEqual({ id, score, jobs: 1 });
    // What was submitted without its answer having come was submitted again under the same key: nothing else is there.
    expect(found.size).toBe(acknowledged.length);
  });

  it("does every accepted job, once", async () => {
    await eventually("the outbox to be done", async () => {
      await promoted?.query("UPDATE app.outbox SET send_after = now() WHERE done_at IS NULL AND sends > 0");
      const rows = await promoted?.query("SELECT FROM app.outbox WHERE done_at IS NULL");
      return rows?.rowCount === 0 ? true : undefined;
    });
    const counted = await promoted?.query<{ attempts: number; wrong: number }>(
      `SELECT sum(attempts)::int AS attempts, count(*) FILTER (WHERE score <>
                (SELECT first.score FROM app.attempts first WHERE first.participant_id = entry.participant_id
                                                            AND submitted_at IS NOT NULL
                  ORDER BY submitted_at LIMIT 1))::int AS wrong
         FROM app.leaderboard_entries entry`,
    );
    expect(counted?.rows).toEqual([{ attempts: acknowledged.length, wrong: 0 }]);
  });

  it("was ready all the while, and says how far the replica is behind that nobody has moved", async () => {
    expect(new Set(probed)).toEqual(new Set([200]));
    const { dependencies } = (await (await fetch(`${url}/health`)).json()) as {
      dependencies: { name: string; lagBytes?: number }[];
    };
    expect(dependencies).toMatchObject([
      { name: "writer", ok: true },
      { name: "reader-1", ok: true },
      { name: "cache", ok: true },
      { name: "queue", ok: true },
    ]);
    expect(dependencies[1]?.lagBytes).toBeGreaterThan(0);
    expect([server.errors(), worker.errors()]).toEqual(["", ""]);
  });
});
