import { randomUUID } from "node:crypto";
import { startPlatform } from "../../testing/platform.ts";
import type { TestPlatform } from "../../testing/platform.ts";
import { answersTo, takeQuiz } from "../../testing/take-quiz.ts";
import { startTestApp } from "../../testing/test-app.ts";
import type { TestApp } from "../../testing/test-app.ts";
import { TestVisitor } from "../../testing/visitor.ts";
import type { Attempt } from "./contract.ts";

let platform: TestPlatform;
let app: TestApp;
beforeAll(async () => {
  platform = await startPlatform({ replicas: 1 });
  app = await startTestApp({}, platform);
});
afterAll(async () => {
  expect(await app.stop()).toBe(0);
  await platform.remove();
});

async function visitorNamed(name: string): Promise<TestVisitor> {
  const visitor = new TestVisitor(app.url);
  await visitor.put("/api/me", { name });
  return visitor;
}

async function start(visitor: TestVisitor, quizId = "history"): Promise<Attempt> {
  return (await visitor.post(`/api/quizzes/${quizId}/attempts`, {})).body;
}

const submit = (visitor: TestVisitor, id: string, answers: object, key: string = randomUUID()) =>
  visitor.post(`/api/attempts/${id}/submit`, { answers }, { "Idempotency-Key": key });

async function outboxRows(attemptId: string): Promise<number> {
  const client = await platform.postgres.superuser();
  const { rows } = await client.query("SELECT FROM app.outbox WHERE payload->>'attemptId' = $1", [attemptId]);
  await client.end();
  return rows.length;
}

describe("starting", () => {
  it("makes an attempt, and goes on with it until it is submitted", async () => {
    const visitor = await visitorNamed("Ada");
    const first = await visitor.post("/api/quizzes/history/attempts", {});
    expect([first.status, first.body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        quizId: "history",
        startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        submittedAt: null,
        answers: {},
        result: null,
      },
    ]);
    const again = await visitor.post("/api/quizzes/history/attempts", {});
    expect([again.status, again.body]).toEqual([200, first.body]);
    await submit(visitor, (first.body as Attempt).id, answersTo("history", 1));
    const next = await visitor.post("/api/quizzes/history/attempts", {});
    expect(next.status).toBe(201);
    expect((next.body as Attempt).id).not.toBe((first.body as Attempt).id);
  });

  it("makes one attempt when asked for ten at once", async () => {
    const visitor = await visitorNamed("Hasty");
    const all = await Promise.all(Array.from({ length: 10 }, () => start(visitor)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  });

  it("is refused to nobody, and for no quiz", async () => {
    expect((await new TestVisitor(app.url).post("/api/quizzes/history/attempts", {})).status).toBe(401);
    expect((await (await visitorNamed("Lost")).post("/api/quizzes/alchemy/attempts", {})).status).toBe(404);
  });
});

describe("answering", () => {
  it("keeps each answer, the last one of a question", async () => {
    const visitor = await visitorNamed("Bea");
    const { id } = await start(visitor);
    await visitor.put(`/api/attempts/${id}/answers/history-01`, { option: "a" });
    await visitor.put(`/api/attempts/${id}/answers/history-02`, { option: "b" });
    const answered = await visitor.put(`/api/attempts/${id}/answers/history-01`, { option: "c" });
    expect(answered.body).toMatchObject({ answers: { "history-01": "c", "history-02": "b" }, result: null });
    expect((await visitor.get(`/api/attempts/${id}`)).body).toEqual(answered.body);
  });

  it("loses none of many at once", async () => {
    const visitor = await visitorNamed("Swift");
    const { id } = await start(visitor);
    const answers = answersTo("history", 15);
    await Promise.all(
      Object.entries(answers).map(([question, option]) =>
        visitor.put(`/api/attempts/${id}/answers/${question}`, { option }),
      ),
    );
    expect((await visitor.get(`/api/attempts/${id}`)).body).toMatchObject({ answers });
  });

  it("refuses what does not belong there", async () => {
    const visitor = await visitorNamed("Cat");
    const { id } = await start(visitor);
    const foreign = await visitor.put(`/api/attempts/${id}/answers/wildlife-01`, { option: "a" });
    expect([foreign.status, foreign.body]).toMatchObject([
      400,
      { errors: [{ field: "questionId", message: 'is not a question of "history"' }] },
    ]);
    expect((await visitor.put(`/api/attempts/${id}/answers/history-01`, { option: "e" })).status).toBe(400);
    await submit(visitor, id, answersTo("history", 3));
    const late = await visitor.put(`/api/attempts/${id}/answers/history-01`, { option: "a" });
    expect([late.status, late.body]).toMatchObject([409, { title: "Conflict" }]);
  });
});

describe("submitting", () => {
  it("scores once, shows it for good, and puts one row into the outbox", async () => {
    const visitor = await visitorNamed("Dora");
    const { id } = await start(visitor);
    const key = randomUUID();
    const first = await submit(visitor, id, answersTo("history", 9), key);
    expect([first.status, first.body]).toMatchObject([
      200,
      { id, submittedAt: expect.any(String), result: { quizId: "history", score: 9, total: 15 } },
    ]);
    // The same again, also many times at once, is answered the same.
    const again = await Promise.all(
      Array.from({ length: 5 }, () => submit(visitor, id, answersTo("history", 9), key)),
    );
    expect(again.map(({ status, text }) => [status, text])).toEqual(again.map(() => [200, first.text]));
    expect((await visitor.get(`/api/attempts/${id}`)).body).toEqual(first.body);
    expect(await outboxRows(id)).toBe(1);
  });

  it("scores once when the same is submitted many times at once from the start", async () => {
    const visitor = await visitorNamed("Eve");
    const { id } = await start(visitor);
    const key = randomUUID();
    const all = await Promise.all(
      Array.from({ length: 8 }, () => submit(visitor, id, answersTo("history", 4), key)),
    );
    expect(new Set(all.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect([all[0]?.status, await outboxRows(id)]).toEqual([200, 1]);
  });

  it("refuses the key for anything else, and another key for the same", async () => {
    const visitor = await visitorNamed("Finn");
    const { id } = await start(visitor);
    const key = randomUUID();
    const first = await submit(visitor, id, answersTo("history", 9), key);
    const better = await submit(visitor, id, answersTo("history", 15), key);
    expect([better.status, better.body]).toMatchObject([422, { title: "Idempotency key used before" }]);
    expect((await submit(visitor, id, answersTo("history", 9))).status).toBe(409);
    const other = await start(visitor, "wildlife");
    expect((await submit(visitor, other.id, answersTo("wildlife", 1), key)).status).toBe(422);
    expect((await visitor.get(`/api/attempts/${id}`)).body).toEqual(first.body);
    expect((await visitor.get(`/api/attempts/${other.id}`)).body).toMatchObject({ result: null });
    // Somebody else's key is their own.
    const stranger = await visitorNamed("Finn");
    expect((await submit(stranger, (await start(stranger)).id, answersTo("history", 1), key)).status).toBe(
      200,
    );
  });

  it("keeps an incomplete attempt open and tells no answer", async () => {
    const visitor = await visitorNamed("Gus");
    const { id } = await start(visitor);
    const { "history-15": _left, ...most } = answersTo("history", 15);
    const refused = await submit(visitor, id, most);
    expect([refused.status, refused.text.includes("correct")]).toEqual([400, false]);
    expect((await visitor.get(`/api/attempts/${id}`)).body).toMatchObject({
      submittedAt: null,
      result: null,
    });
    expect(await outboxRows(id)).toBe(0);
  });

  it.each([
    [undefined, "is missing; send a random one, the same with each repetition"],
    ["short", "write 16 to 128 letters, digits, dots, colons, dashes or underscores"],
  ])("demands an idempotency key: %s", async (key, message) => {
    const visitor = await visitorNamed("Hal");
    const { id } = await start(visitor);
    const headers: Record<string, string> = key === undefined ? {} : { "Idempotency-Key": key };
    const { status, body } = await visitor.post(`/api/attempts/${id}/submit`, { answers: {} }, headers);
    expect([status, (body as { errors: object[] }).errors]).toEqual([
      400,
      [{ field: "idempotency-key", message }],
    ]);
  });
});

describe("attempts of others", () => {
  it("are not there: not to read, not to answer, not to submit", async () => {
    const owner = await visitorNamed("Owner");
    const open = await start(owner);
    const done = await takeQuiz(owner, "wildlife", 15);
    for (const visitor of [await visitorNamed("Thief"), new TestVisitor(app.url)]) {
      const denied = visitor.cookies.size === 0 ? 401 : 404;
      expect((await visitor.get(`/api/attempts/${done}`)).status).toBe(denied);
      expect((await visitor.put(`/api/attempts/${open.id}/answers/history-01`, { option: "a" })).status).toBe(
        denied,
      );
      expect((await submit(visitor, open.id, answersTo("history", 1))).status).toBe(denied);
      expect((await visitor.get("/api/attempts")).body).toEqual({ attempts: [] });
    }
    expect((await owner.get("/api/attempts")).body).toMatchObject({
      attempts: [
        { id: done, quizId: "wildlife", score: 15, total: 15 },
        { id: open.id, quizId: "history", submittedAt: null, score: null, total: null },
      ],
    });
  });

  it("never get into the shared cache", async () => {
    const visitor = await visitorNamed("Very Private Person");
    await takeQuiz(visitor, "geography", 7);
    await visitor.get("/api/attempts");
    await visitor.get("/api/me/standing");
    const redis = platform.cache.connect();
    const keys = await redis.keys("*");
    const values = await Promise.all(keys.map((key) => redis.get(key)));
    redis.disconnect();
    expect(
      keys.filter((key) => !/^twinstack:v[12]:(quizzes|quiz:[a-z-]+|leaderboard(:[a-z-]+)?)$/.test(key)),
    ).toEqual([]);
    expect(values.join()).not.toContain(visitor.cookies.get("participant"));
  });
});

describe("a visitor's own writes", () => {
  it("are seen at once while replay is paused, by any process that has the cookies", async () => {
    const other = await startTestApp({}, platform);
    const replica = await platform.replicas[0]?.superuser("postgres");
    await replica?.query("SELECT pg_wal_replay_pause()");
    const visitor = await visitorNamed("Prompt");
    const id = await takeQuiz(visitor, "computing", 6);
    const elsewhere = new TestVisitor(other.url);
    for (const [name, value] of visitor.cookies) elsewhere.cookies.set(name, value);
    for (const one of [visitor, elsewhere]) {
      expect((await one.get(`/api/attempts/${id}`)).body).toMatchObject({ result: { score: 6 } });
      expect((await one.get("/api/me")).body).toMatchObject({ participant: { name: "Prompt" } });
      expect((await one.get("/api/attempts")).body).toMatchObject({ attempts: [{ id, score: 6 }] });
    }
    // Who has lost the position sees what the replica has: nothing of it yet.
    elsewhere.cookies.delete("seen");
    expect((await elsewhere.get("/api/me")).body).toEqual({ participant: null });
    await replica?.query("SELECT pg_wal_replay_resume()");
    await replica?.end();
    expect(await other.stop()).toBe(0);
  });
});
