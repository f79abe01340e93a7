import { randomUUID } from "node:crypto";
import { startPlatform } from "./testing/platform.ts";
import type { TestPlatform } from "./testing/platform.ts";
import { answersTo } from "./testing/take-quiz.ts";
import { startTestApp } from "./testing/test-app.ts";
import type { TestApp } from "./testing/test-app.ts";
import { TestVisitor } from "./testing/visitor.ts";

let platform: TestPlatform;
let app: TestApp;
beforeAll(async () => {
  platform = await startPlatform();
  app = await startTestApp({}, platform);
});
afterAll(async () => {
  await app.stop();
  await platform.remove();
});

const CONTENT = "public, max-age=0, must-revalidate, s-maxage=10";
const BOARD = "public, max-age=0, must-revalidate, s-maxage=2";
const PRIVATE = "private, no-store";
const IMMUTABLE = "public, max-age=31536000, immutable";
const SEEN = ["seen"];

/** Request; status; who may keep the answer; names of the cookies it sets. `{attempt}` is the one that was started. */
type Row = readonly [string, number, string, (readonly string[])?];
const ROUTES: readonly Row[] = [
  ["PUT /api/me", 200, PRIVATE, ["participant", "seen"]],
  ["GET /api/me", 200, PRIVATE],
  ["GET /api/quizzes", 200, CONTENT],
  ["GET /api/quizzes/history", 200, CONTENT],
  ["POST /api/quizzes/history/attempts", 201, PRIVATE, SEEN],
  ["GET /api/attempts", 200, PRIVATE],
  ["GET /api/attempts/{attempt}", 200, PRIVATE],
  ["PUT /api/attempts/{attempt}/answers/history-01", 200, PRIVATE, SEEN],
  ["POST /api/attempts/{attempt}/submit", 200, PRIVATE, SEEN],
  ["GET /api/leaderboard", 200, BOARD],
  ["GET /api/quizzes/history/leaderboard", 200, BOARD],
  ["GET /api/me/standing", 200, PRIVATE],
  ["GET /api/version", 200, "no-store"],
  ["GET /health", 200, "no-store"],
  ["GET /health/startup", 200, "no-store"],
  ["GET /health/ready", 200, "no-store"],
  ["GET /health/live", 200, "no-store"],
];
const OTHERS: readonly Row[] = [
  ["GET /api/openapi.json", 200, "no-cache"],
  ["GET /", 200, "no-cache"],
  ["GET /quizzes/history", 200, "no-cache"],
  ["GET /attempts/{attempt}", 200, "no-cache"],
  ["GET /leaderboard", 200, "no-cache"],
  ["GET /leaderboard/history", 200, "no-cache"],
  ["GET /assets/index-Ab12.js", 200, IMMUTABLE],
  ["GET /assets/index-gone.js", 404, "no-store"],
  ["GET /api/quizzes/nothing", 404, "no-store"],
  ["POST /api/quizzes/history/score", 404, "no-store"],
  ["GET /api/quizzes/nothing/leaderboard", 404, "no-store"],
  ["GET /api/attempts/00000000-0000-4000-8000-000000000000", 404, "no-store"],
  ["DELETE /api/me", 405, "no-store"],
  ["GET /nowhere", 404, "no-store"],
];

const answers = answersTo("history", 7);
const BODIES: readonly (readonly [RegExp, object])[] = [
  [/\/me$/, { name: "Everywhere" }],
  [/\/attempts$/, {}],
  [/\/answers\//, { option: "a" }],
  [/\/submit$/, { answers }],
];

/** Sends each request in turn, as one visitor; what came back, in the rows' form. */
async function walk(rows: readonly Row[], visitor: TestVisitor): Promise<readonly Row[]> {
  const found: Row[] = [];
  let attempt = "";
  for (const [line] of rows) {
    const [method = "", template = ""] = line.split(" ");
    const path = template.replace("{attempt}", attempt);
    const body = method === "GET" ? undefined : BODIES.find(([pattern]) => pattern.test(path))?.[1];
    const response = await visitor.fetch(method, path, body, { "Idempotency-Key": randomUUID() });
    const text = await response.text();
    if (response.status === 201) attempt = (JSON.parse(text) as { id: string }).id;
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.replace(/=.*/, ""));
    const cacheControl = response.headers.get("cache-control") ?? "none";
    const row = [line, response.status, cacheControl] as const;
    found.push(cookies.length === 0 ? row : [...row, cookies]);
  }
  return found;
}

describe("every route", () => {
  it("says who may keep its answer, and only private ones set cookies", async () => {
    const rows = [...ROUTES, ...OTHERS];
    expect(await walk(rows, new TestVisitor(app.url))).toEqual(rows);
  });

  it("is in the table above", async () => {
    const { paths } = (await (await fetch(`${app.url}/api/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => new RegExp(`^${method} ${path.replace(/\{\w+\}/g, "[^/]+")}$`, "i"),
      ),
    );
    expect(documented.filter((one) => !ROUTES.some(([line]) => one.test(line)))).toEqual([]);
    expect(documented).toHaveLength(ROUTES.length);
  });

  it.each([
    ["is dead", () => platform.cache.kill("SIGKILL"), () => platform.cache.start()],
    ["has gone silent", async () => platform.cache.freeze(), async () => platform.cache.thaw()],
    [
      "and the queue are dead",
      () => Promise.all([platform.cache.kill("SIGKILL"), platform.queue.kill("SIGKILL")]),
      () => Promise.all([platform.cache.start(), platform.queue.start()]),
    ],
  ])("answers while the cache %s", async (_what, end, restore) => {
    const rows = [...ROUTES, ...OTHERS];
    await end();
    try {
      expect(await walk(rows, new TestVisitor(app.url))).toEqual(rows);
    } finally {
      await restore();
    }
  });

  it("answers all that are under way when the cache dies, and when it comes back", async () => {
    const visitors = Array.from({ length: 6 }, () => new TestVisitor(app.url));
    let done = false;
    const failures: Row[] = [];
    const walking = visitors.map(async (visitor) => {
      while (!done) {
        const found = await walk(ROUTES, visitor);
        failures.push(...found.filter(([, status]) => status >= 500));
      }
    });
    await platform.cache.kill("SIGKILL");
    await walk(ROUTES, new TestVisitor(app.url));
    await platform.cache.start();
    await walk(ROUTES, new TestVisitor(app.url));
    done = true;
    await Promise.all(walking);
    expect(failures).toEqual([]);
  });
});
