import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { quizzes as written } from "../../../../content/index.ts";
import { startTestApp } from "../../testing/test-app.ts";
import type { TestApp } from "../../testing/test-app.ts";
import { quizContent } from "./content.ts";
import { quizList, quizToTake } from "./contract.ts";

const quizzes = quizContent.parse(written);
let app: TestApp;
beforeAll(async () => (app = await startTestApp()));
afterAll(async () => expect(await app.stop()).toBe(0));

/** To no attempt: what is wrong with the body is said before anybody looks for it. */
const submit = (body: string, type = "application/json") =>
  fetch(`${app.url}/api/attempts/00000000-0000-4000-8000-000000000000/submit`, {
    method: "POST",
    headers: { "Content-Type": type, "Idempotency-Key": "a-key-of-its-own" },
    body,
  });

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

describe("a set of answers", () => {
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
  ])("is refused for %s", async (_what, answers, errors) => {
    const response = await submit(JSON.stringify({ answers }));
    expect(response.status).toBe(400);
    expect((await problem(response))["errors"]).toEqual(errors);
  });

  it("is refused with unknown fields, by name", async () => {
    const response = await submit(JSON.stringify({ answers: {}, cheat: true }));
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
  ])("is refused as %s", async (_what, body, type, status, detail) => {
    const response = await submit(body, type);
    expect(response.status).toBe(status);
    expect(await problem(response)).toMatchObject({ status, detail });
  });
});
