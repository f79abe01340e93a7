import { parseConfig } from "../../config.ts";
import { startWorker } from "../../start-worker.ts";
import type { RunningWorker } from "../../start-worker.ts";
import { eventually } from "../../testing/eventually.ts";
import { testLogger } from "../../testing/log-lines.ts";
import { startPlatform } from "../../testing/platform.ts";
import type { TestPlatform } from "../../testing/platform.ts";
import { takeQuiz } from "../../testing/take-quiz.ts";
import { startTestApp } from "../../testing/test-app.ts";
import type { TestApp } from "../../testing/test-app.ts";
import { TestVisitor } from "../../testing/visitor.ts";
import type { Leaderboard, Standing } from "./contract.ts";

let platform: TestPlatform;
let app: TestApp;
let worker: RunningWorker;
beforeAll(async () => {
  platform = await startPlatform();
  app = await startTestApp({}, platform);
  const config = parseConfig({ ...platform.env, PORT: "0", METRICS_PORT: "0", LISTEN_ADDRESS: "127.0.0.1" });
  worker = await startWorker(config, testLogger().logger);
});
afterAll(async () => {
  await worker.stop();
  await app.stop();
  await platform.remove();
});

async function visitorNamed(name: string): Promise<TestVisitor> {
  const visitor = new TestVisitor(app.url);
  await visitor.put("/api/me", { name });
  return visitor;
}

/** Takes a quiz and waits until it counts. */
async function take(visitor: TestVisitor, quizId: string, right: number): Promise<void> {
  const attemptsAt = async () =>
    ((await visitor.get("/api/me/standing")).body as Standing).quizzes.find((one) => one.quizId === quizId)
      ?.attempts ?? 0;
  const before = await attemptsAt();
  await takeQuiz(visitor, quizId, right);
  await eventually("the attempt to count", async () =>
    (await attemptsAt()) === before + 1 ? true : undefined,
  );
}

const board = async (path: string) => {
  const response = await fetch(app.url + path);
  expect(response.headers.get("cache-control")).toBe("public, max-age=0, must-revalidate, s-maxage=2");
  expect(response.headers.getSetCookie()).toEqual([]);
  return ((await response.json()) as Leaderboard).rows.map(({ rank, name, score, total }) => [
    rank,
    name,
    score,
    total,
  ]);
};

describe("the leaderboard", () => {
  it("is empty at first", async () => {
    expect(await board("/api/leaderboard")).toEqual([]);
    expect(await board("/api/quizzes/history/leaderboard")).toEqual([]);
    expect((await new TestVisitor(app.url).get("/api/me/standing")).body).toEqual({
      overall: null,
      quizzes: [],
    });
  });

  it("orders by the first attempt's score, then by who reached it first, and adds up over quizzes", async () => {
    const [ada, bea, cat] = await Promise.all(["Ada", "Bea", "Cat"].map(visitorNamed));
    if (ada === undefined || bea === undefined || cat === undefined) throw new Error("three visitors");
    await take(ada, "history", 9);
    await take(bea, "history", 12);
    await take(cat, "history", 12);
    // Neither a worse attempt nor a better one changes anything.
    await take(bea, "history", 3);
    await take(bea, "history", 15);
    await take(ada, "wildlife", 8);
    expect(await board("/api/quizzes/history/leaderboard")).toEqual([
      [1, "Bea", 12, 15],
      [2, "Cat", 12, 15],
      [3, "Ada", 9, 15],
    ]);
    expect(await board("/api/quizzes/wildlife/leaderboard")).toEqual([[1, "Ada", 8, 15]]);
    expect(await board("/api/leaderboard")).toEqual([
      [1, "Ada", 17, 30],
      [2, "Bea", 12, 15],
      [3, "Cat", 12, 15],
    ]);

    const standing = await ada.get("/api/me/standing");
    expect(standing.headers.get("cache-control")).toBe("private, no-store");
    expect(standing.body).toEqual({
      overall: { rank: 1, score: 17, total: 30, quizzes: 2 },
      quizzes: [
        { quizId: "history", rank: 3, score: 9, total: 15, attempts: 1 },
        { quizId: "wildlife", rank: 1, score: 8, total: 15, attempts: 1 },
      ],
    });
    expect((await cat.get("/api/me/standing")).body).toMatchObject({
      overall: { rank: 3 },
      quizzes: [{ rank: 2 }],
    });
    expect((await bea.get("/api/me/standing")).body).toMatchObject({ quizzes: [{ attempts: 3, score: 12 }] });
  });

  it("is 404 for no quiz", async () => {
    expect((await fetch(`${app.url}/api/quizzes/alchemy/leaderboard`)).status).toBe(404);
  });

  it("is served from the cache while the database is away, and everything else says 503", async () => {
    await board("/api/leaderboard");
    await fetch(`${app.url}/api/quizzes/history`);
    await platform.postgres.kill("SIGKILL");
    expect((await board("/api/leaderboard"))[0]).toEqual([1, "Ada", 17, 30]);
    expect((await fetch(`${app.url}/api/quizzes/history`)).status).toBe(200);
    const refused = await new TestVisitor(app.url).put("/api/me", { name: "Late" });
    expect([refused.status, refused.headers.get("retry-after"), refused.body]).toMatchObject([
      503,
      "1",
      { detail: "The database does not answer just now. Try again in a moment." },
    ]);
    expect(refused.text).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|app_rw/);
    const health = (await (await fetch(`${app.url}/health`)).json()) as {
      status: string;
      dependencies: object[];
    };
    expect(health).toMatchObject({
      status: "degraded",
      dependencies: [
        { name: "writer", ok: false },
        { name: "cache", ok: true },
        { name: "queue", ok: true },
      ],
    });
    expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${app.url}/health/startup`)).status).toBe(503);
    await platform.postgres.start();
    await eventually("the app to recover", async () =>
      (await new TestVisitor(app.url).put("/api/me", { name: "Late" })).status === 200 ? true : undefined,
    );
  });

  it("answers every request while the cache is dead", async () => {
    await platform.cache.kill("SIGKILL");
    const visitor = await visitorNamed("Stoic");
    for (const path of [
      "/api/quizzes",
      "/api/quizzes/history",
      "/api/leaderboard",
      "/api/me",
      "/api/attempts",
      "/",
    ]) {
      expect([path, (await fetch(app.url + path)).status]).toEqual([path, 200]);
    }
    await take(visitor, "computing", 10);
    expect(await board("/api/quizzes/computing/leaderboard")).toEqual([[1, "Stoic", 10, 15]]);
    await platform.cache.start();
  });
});
