import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { quizzes as written } from "../../../../content/index.ts";
import { startTestApp } from "../../testing/test-app.ts";
import type { TestApp } from "../../testing/test-app.ts";
import { quizContent } from "./content.ts";
import { optionAt, quizList, quizToTake, scoreResult } from "./contract.ts";

const quizzes = quizContent.parse(written);
let app: TestApp;
beforeAll(async () => (app = await startTestApp()));
afterAll(async () => expect(await app.stop()).toBe(0));

const post = (path: string, body: string, type = "application/json") =>
  fetch(app.url + path, { method: "POST", headers: { "Content-Type": type }, body });
const score = (id: string, answers: unknown) => post(`/api/quizzes/${id}/score`, JSON.stringify({ answers }));
const rightAnswers = (id: string) =>
  Object.fromEntries(
    quizzes
      .find((quiz) => quiz.id === id)
      ?.questions.map((question) => [question.id, optionAt(question.answer)]) ?? [],
  );

async function problem(response: Response) {
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return (await response.json()) as Record<string, unknown>;
}

describe("GET /api/quizzes", () => {
  it("lists all quizzes in order, for every cache for some seconds", async () => {
    const response = await fetch(`${app.url}/api/quizzes`);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=0, must-revalidate, s-maxage=10");
    expect(response.headers.get("set-cookie")).toBeNull();
    const list = quizList.parse(await response.json());
    expect(list.quizzes.map(({ id }) => id)).toEqual(quizzes.map(({ id }) => id));
    expect(list.quizzes[0]).toEqual({
      id: "astronomy",
      title: "Astronomy",
      description: "From our own Moon to the edge of the visible universe.",
      questionCount: 15,
    });
  });

  it("answers 304 to who has it already", async () => {
    const etag = (await fetch(`${app.url}/api/quizzes`)).headers.get("etag") ?? "";
    // Not fetch: with If-None-Match it sends Cache-Control: no-cache as well, which asks for everything anew.
    const again = request(`${app.url}/api/quizzes`, { headers: { "If-None-Match": etag } });
    again.end();
    const [response] = (await once(again, "response")) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(304);
  });

  it("says what is allowed when the method is not", async () => {
    const response = await fetch(`${app.url}/api/quizzes`, { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    expect(await problem(response)).toMatchObject({ detail: "DELETE is not allowed here; use GET or HEAD." });
  });
});

describe("GET /api/quizzes/:id", () => {
  it.each(quizzes.map(({ id }) => id))("gives %s without any answer or explanation", async (id) => {
    const response = await fetch(`${app.url}/api/quizzes/${id}`);
    expect(response.status).toBe(200);
    const text = await response.text();
    // The schema is strict: a field that is not in it would be refused.
    const quiz = quizToTake.parse(JSON.parse(text));
    const source = quizzes.find((one) => one.id === id);
    expect(quiz.questions.map((question) => question.text)).toEqual(source?.questions.map((one) => one.text));
    for (const { explanation } of source?.questions ?? [])
      expect(text).not.toContain(JSON.stringify(explanation));
    expect(text).not.toMatch(/"(answer|correct\w*|explanation)"/i);
  });

  it("answers 404 for an unknown quiz", async () => {
    const response = await fetch(`${app.url}/api/quizzes/alchemy`);
    expect(response.status).toBe(404);
    expect(await problem(response)).toEqual({
      type: "about:blank",
      title: "Not found",
      status: 404,
      detail: 'There is no quiz "alchemy"; GET /api/quizzes lists them.',
      requestId: response.headers.get("x-request-id"),
    });
  });

  it("answers 400 for what cannot be a quiz's id", async () => {
    const response = await fetch(`${app.url}/api/quizzes/UPPER`);
    expect(response.status).toBe(400);
    const message = "write a quiz's id: lower-case letters, digits and dashes, at most 40";
    expect(await problem(response)).toMatchObject({ errors: [{ field: "id", message }] });
  });
});

describe("POST /api/quizzes/:id/score", () => {
  it("scores a perfect attempt and keeps it out of every cache", async () => {
    const response = await score("history", rightAnswers("history"));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const result = scoreResult.parse(await response.json());
    expect(result).toMatchObject({ quizId: "history", score: 15, total: 15 });
    expect(
      result.questions.every(({ correct, chosen, correctOption }) => correct && chosen === correctOption),
    ).toBe(true);
  });

  it("marks the one wrong answer", async () => {
    const right = rightAnswers("history");
    const wrong = right["history-03"] === "a" ? "b" : "a";
    const result = scoreResult.parse(
      await (await score("history", { ...right, "history-03": wrong })).json(),
    );
    expect(result.score).toBe(14);
    expect(result.questions.filter(({ correct }) => !correct)).toEqual([
      {
        id: "history-03",
        chosen: wrong,
        correct: false,
        correctOption: right["history-03"],
        explanation: "The border opened on the evening of 9 November 1989.",
      },
    ]);
  });

  it("tells no answer to an incomplete attempt", async () => {
    const response = await score("history", { ...rightAnswers("history"), "history-15": undefined });
    expect(response.status).toBe(400);
    const body = await problem(response);
    expect(body["errors"]).toEqual([
      { field: "answers.history-15", message: "is missing; write one of a, b, c, d" },
    ]);
    expect(JSON.stringify(body)).not.toContain("correct");
  });

  it.each<[string, unknown, object[]]>([
    [
      "a choice that is no option",
      { "history-01": "e" },
      [{ field: "answers.history-01", message: "write one of a, b, c, d" }],
    ],
    [
      "answers that are no object",
      ["a"],
      [{ field: "answers", message: "write an object of question id and chosen option" }],
    ],
    [
      "no answers",
      undefined,
      [{ field: "answers", message: "write an object of question id and chosen option" }],
    ],
  ])("refuses %s", async (_what, answers, errors) => {
    const response = await score("history", answers);
    expect(response.status).toBe(400);
    expect((await problem(response))["errors"]).toEqual(errors);
  });

  it("refuses unknown fields by name", async () => {
    const body = { answers: rightAnswers("history"), cheat: true };
    const response = await post("/api/quizzes/history/score", JSON.stringify(body));
    expect(response.status).toBe(400);
    expect((await problem(response))["errors"]).toEqual([
      { field: "cheat", message: "is not a known field; leave it out" },
    ]);
  });

  it.each([
    ["broken JSON", "{", "application/json", 400, "body: is not valid JSON."],
    [
      "more than 16 kB",
      JSON.stringify({ answers: "x".repeat(17_000) }),
      "application/json",
      413,
      "body: is larger than 16 kB.",
    ],
    [
      "a form",
      "answers=a",
      "application/x-www-form-urlencoded",
      415,
      "Content-Type is application/x-www-form-urlencoded; send application/json.",
    ],
  ])("refuses %s", async (_what, body, type, status, detail) => {
    const response = await post("/api/quizzes/history/score", body, type);
    expect(response.status).toBe(status);
    expect(await problem(response)).toMatchObject({ status, detail });
  });

  it("answers 404 for an unknown quiz", async () => {
    expect((await score("alchemy", {})).status).toBe(404);
  });
});
