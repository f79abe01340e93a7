import { startTestApp } from "./testing/test-app.ts";

interface Document {
  readonly openapi: string;
  readonly info: object;
  readonly paths: Record<
    string,
    Record<string, { operationId: string; parameters: object[]; requestBody?: object }>
  >;
}

describe("GET /api/openapi.json", () => {
  it("describes every route from its schemas", async () => {
    const app = await startTestApp();
    const response = await fetch(`${app.url}/api/openapi.json`);
    const document = (await response.json()) as Document;
    await app.stop();

    expect(document).toMatchObject({ openapi: "3.1.0", info: { version: "9.8.7" } });
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${method} ${path} ${operationId}`),
    );
    expect(operations).toEqual([
      "get /api/quizzes listQuizzes",
      "get /api/quizzes/{id} getQuiz",
      "get /api/me getMe",
      "put /api/me nameMe",
      "post /api/quizzes/{id}/attempts startAttempt",
      "get /api/attempts listAttempts",
      "get /api/attempts/{id} getAttempt",
      "put /api/attempts/{id}/answers/{questionId} answerQuestion",
      "post /api/attempts/{id}/submit submitAttempt",
      "get /api/leaderboard getLeaderboard",
      "get /api/quizzes/{id}/leaderboard getQuizLeaderboard",
      "get /api/me/standing getMyStanding",
      "get /api/version getVersion",
      "get /health/startup probeStartup",
      "get /health/ready probeReady",
      "get /health/live probeLive",
      "get /health getHealth",
    ]);
    const starting = document.paths["/api/quizzes/{id}/attempts"]?.["post"];
    expect(starting?.parameters).toEqual([
      {
        name: "id",
        in: "path",
        required: true,
        schema: { type: "string", pattern: "^[a-z][a-z0-9-]{0,39}$" },
      },
    ]);
    const submitting = document.paths["/api/attempts/{id}/submit"]?.["post"];
    expect(submitting?.requestBody).toMatchObject({
      required: true,
      content: {
        "application/json": {
          schema: { type: "object", required: ["answers"], additionalProperties: false },
        },
      },
    });
    expect(submitting?.parameters).toMatchObject([
      { name: "id", in: "path", schema: { format: "uuid" } },
      { name: "idempotency-key", in: "header", required: true, schema: { pattern: "^[\\w.:-]{16,128}$" } },
    ]);
  });
});
