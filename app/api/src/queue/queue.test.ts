import type pg from "pg";
import { startWorker } from "../start-worker.ts";
import type { RunningWorker } from "../start-worker.ts";
import { parseConfig } from "../config.ts";
import { Database } from "../database/database.ts";
import { connectRedis } from "../redis/connect.ts";
import { eventually } from "../testing/eventually.ts";
import { testLogger } from "../testing/log-lines.ts";
import { startPlatform } from "../testing/platform.ts";
import type { TestPlatform } from "../testing/platform.ts";
import { takeQuiz } from "../testing/take-quiz.ts";
import { startTcpProxy } from "../testing/tcp-proxy.ts";
import { startTestApp } from "../testing/test-app.ts";
import type { TestApp } from "../testing/test-app.ts";
import { TestVisitor } from "../testing/visitor.ts";
import { JobQueue } from "./queue.ts";
import { Relay } from "./relay.ts";

let platform: TestPlatform;
let app: TestApp;
let superuser: pg.Client;
beforeAll(async () => {
  platform = await startPlatform();
  app = await startTestApp({}, platform);
  superuser = await platform.postgres.superuser();
  // Every time a job takes effect, also when it changes nothing.
  await superuser.query(`
    CREATE TABLE public.effects (participant uuid, quiz text);
    CREATE FUNCTION public.count_effect() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      'BEGIN INSERT INTO public.effects VALUES (new.participant_id, new.quiz_id); RETURN new; END';
    CREATE TRIGGER count_effect AFTER INSERT OR UPDATE ON app.leaderboard_entries
      FOR EACH ROW EXECUTE FUNCTION public.count_effect();
  `);
});
afterAll(async () => {
  await superuser.end();
  await app.stop();
  await platform.remove();
});

const workers: RunningWorker[] = [];
let lines: Record<string, unknown>[];
async function work(env: Readonly<Record<string, string>> = {}): Promise<RunningWorker> {
  const log = testLogger();
  lines = log.lines;
  const config = parseConfig({ ...platform.env, METRICS_PORT: "0", LISTEN_ADDRESS: "127.0.0.1", ...env });
  const worker = await startWorker(config, log.logger);
  workers.push(worker);
  return worker;
}
afterEach(async () => {
  for (const worker of workers.splice(0)) expect(await worker.stop()).toBe(0);
});

/** A new participant takes a quiz; their id. */
async function submitted(quizId: string, right: number): Promise<string> {
  const visitor = new TestVisitor(app.url);
  const { body } = await visitor.put("/api/me", { name: "Worker's friend" });
  await takeQuiz(visitor, quizId, right);
  return (body as { participant: { id: string } }).participant.id;
}

const effectsOf = async (participants: readonly string[]) => {
  const { rows } = await superuser.query<{ effects: number }>(
    `SELECT (SELECT count(*)::int FROM public.effects WHERE participant = one) AS effects
       FROM unnest($1::uuid[]) WITH ORDINALITY AS list (one, place) ORDER BY place`,
    [participants],
  );
  return rows.map(({ effects }) => effects);
};
const allDone = (deadlineMs = 30_000) =>
  eventually(
    "the outbox to be done",
    async () => {
      const { rows } = await superuser.query("SELECT FROM app.outbox WHERE done_at IS NULL");
      return rows.length === 0 ? true : undefined;
    },
    deadlineMs,
  );
/** As if the pause after the last sending were over. */
const due = () => superuser.query("UPDATE app.outbox SET send_after = now() WHERE done_at IS NULL");

describe("the outbox and its worker", () => {
  it("bring a submitted attempt onto the leaderboard", async () => {
    const participant = await submitted("history", 11);
    await work();
    await allDone();
    expect(await effectsOf([participant])).toEqual([1]);
    const board = (await (await fetch(`${app.url}/api/quizzes/history/leaderboard`)).json()) as {
      rows: object[];
    };
    expect(board.rows).toEqual([
      { rank: 1, participantId: participant, name: "Worker's friend", score: 11, total: 15 },
    ]);
  });

  it("do every job once, however many workers there are", async () => {
    const participants = await Promise.all(
      Array.from({ length: 30 }, (_, index) => submitted("astronomy", index % 15)),
    );
    await Promise.all([work(), work(), work()]);
    await allDone();
    expect(await effectsOf(participants)).toEqual(participants.map(() => 1));
  });

  it("do it once when it is delivered again", async () => {
    const participant = await submitted("wildlife", 5);
    const worker = await work();
    await allDone();
    const { rows } = await superuser.query<{ id: string }>("SELECT max(id) AS id FROM app.outbox");
    const log = testLogger().logger;
    const redis = connectRedis(parseConfig(platform.env).queue, "queue-sender", log);
    await eventually("the connection", () => (redis.status === "ready" ? true : undefined));
    const queue = new JobQueue(redis, log);
    const payload = { attemptId: participant, participantId: participant, quizId: "wildlife" };
    await queue.send([{ outboxId: rows[0]?.id ?? "", kind: "attempt.submitted", version: 1, payload }]);
    await eventually("the repetition to be noticed", async () => {
      const text = await (await fetch(`http://127.0.0.1:${worker.port}/metrics`)).text();
      return /job_duration_seconds_count\{[^}]*result="repeated"\} 1/.test(text) ? true : undefined;
    });
    expect(await effectsOf([participant])).toEqual([1]);
    await queue.close();
    redis.disconnect();
  });

  it("lose nothing when the queue is killed before, between and after", async () => {
    await platform.queue.kill("SIGKILL");
    const worker = await work();
    const before = await Promise.all([submitted("computing", 3), submitted("computing", 4)]);
    await eventually("the relay to notice", () =>
      lines.find(({ message }) => message === "the outbox cannot be sent; it is kept and tried again"),
    );
    expect((await fetch(`http://127.0.0.1:${worker.port}/health/ready`)).status).toBe(200);
    await platform.queue.start();
    await allDone();
    expect(await worker.stop()).toBe(0);
    workers.pop();

    // Sent, and lost with the queue before anybody took it.
    const { logger } = testLogger();
    const config = parseConfig(platform.env);
    const between = [await submitted("computing", 5), await submitted("computing", 6)];
    const database = new Database(config.database, logger);
    const redis = connectRedis(config.queue, "queue-sender", logger);
    const queue = new JobQueue(redis, logger);
    const relay = new Relay(database, queue, logger);
    let sent = 0;
    relay.onSent = (count) => (sent += count);
    relay.start();
    await eventually("both to be sent", () => (sent === 2 ? true : undefined));
    await relay.stop();
    await queue.close();
    redis.disconnect();
    await database.close();
    await platform.queue.kill("SIGKILL");
    await platform.queue.start();
    await due();
    await work();
    await allDone();
    expect(await effectsOf([...before, ...between])).toEqual([1, 1, 1, 1]);
  });

  it("go on after the queue's answer to taking a job was lost, and do that job, too", async () => {
    const proxy = await startTcpProxy(platform.queue.port);
    await work({ QUEUE_PORT: `${proxy.port}` });
    const before = await submitted("history", 4);
    await allDone();
    // Of all that is sent to the queue, only the script that takes a job has this key.
    proxy.cutAfter(/:limiter/);
    const taken = await submitted("history", 5);
    const next = await submitted("history", 6);
    await eventually("the next job", async () => ((await effectsOf([next]))[0] === 1 ? true : undefined));
    // Nobody knows that it was taken: its lock ends after 10 s, and BullMQ looks every 10 s, twice before it acts.
    await allDone(60_000);
    expect(await effectsOf([before, taken, next])).toEqual([1, 1, 1]);
    await workers.pop()?.stop();
    await proxy.close();
  }, 120_000);

  it("go on by themselves after the database was away", async () => {
    await work();
    const participant = await submitted("geography", 8);
    await platform.postgres.kill("SIGKILL");
    await superuser.end().catch(() => undefined);
    await platform.postgres.start();
    superuser = await platform.postgres.superuser();
    await due();
    await allDone();
    expect(await effectsOf([participant])).toEqual([1]);
  });

  it("leave what they do not know to a release that does", async () => {
    const {
      rows: [row],
    } = await superuser.query<{ id: string }>(
      "INSERT INTO app.outbox (kind, version, payload) VALUES ('attempt.submitted', 2, '{}') RETURNING id",
    );
    const participant = await submitted("history", 2);
    await work();
    await eventually("it to fail", () =>
      lines.find(
        ({ message, error }) =>
          message === "job failed" &&
          (error as { message: string }).message ===
            "This release does not know attempt.submitted in version 2.",
      ),
    );
    // It holds nobody else up.
    await eventually("the other one", async () =>
      (await effectsOf([participant]))[0] === 1 ? true : undefined,
    );
    const { rows } = await superuser.query(
      "DELETE FROM app.outbox WHERE id = $1 AND done_at IS NULL RETURNING id",
      [row?.id],
    );
    expect(rows).toHaveLength(1);
  });

  it("read a newer release's additions to what they know", async () => {
    const participant = await submitted("physics-and-chemistry", 3);
    await superuser.query(
      `UPDATE app.outbox SET payload = payload || '{"added": {"by": "a newer release"}}' WHERE done_at IS NULL`,
    );
    await work();
    await allDone();
    expect(await effectsOf([participant])).toEqual([1]);
  });

  it("tell how old the oldest row is that is not done", async () => {
    const worker = await work();
    await superuser.query(
      `INSERT INTO app.outbox (kind, version, payload, created_at, send_after)
       VALUES ('later', 1, '{}', now() - interval '1 h', now() + interval '1 h')`,
    );
    const text = await (await fetch(`http://127.0.0.1:${worker.port}/metrics`)).text();
    expect(text).toMatch(/^outbox_pending\{colour="none"\} 1$/m);
    expect(text).toMatch(/^outbox_oldest_seconds\{colour="none"\} 36\d\d\./m);
    await superuser.query("DELETE FROM app.outbox WHERE kind = 'later'");
  });
});
