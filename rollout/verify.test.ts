import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { verify, type PreviewWay } from "./verify.ts";

const GOOD: Readonly<Record<string, string>> = {
  "/api/version": '{"colour":"green","image":"image@2","version":"1"}',
  "/": "<!doctype html><html></html>",
  "/api/quizzes": '{"quizzes":[{"id":"first"}]}',
  "/api/quizzes/first": "{}",
  "/api/quizzes/first/leaderboard": "{}",
  "/api/leaderboard": "{}",
  "/api/me": "{}",
  "/api/me/standing": "{}",
  "/api/attempts": "{}",
};

let answers: Readonly<Record<string, string>>;
const asked: { path: string; headers: IncomingHttpHeaders }[] = [];
const server = createServer(({ url = "", headers }, response) => {
  asked.push({ path: url, headers });
  const answer = answers[url];
  response.statusCode = answer === undefined ? 503 : 200;
  response.end(answer ?? "not now");
});
let way: PreviewWay;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  way = { url: `http://127.0.0.1:${port}`, header: "X-Preview", value: "green-s3cret" };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answers = GOOD;
  asked.length = 0;
});

it("asks every route that reads, each with the header that leads to the colour", async () => {
  expect(await verify(way, "green", "image@2")).toBe(9);
  expect(asked.map(({ path }) => path)).toEqual(Object.keys(GOOD));
  expect(asked.every(({ headers }) => headers["x-preview"] === "green-s3cret")).toBe(true);
});

it.each<[string, Record<string, string | undefined>, string]>([
  [
    "the other colour answers",
    { "/api/version": '{"colour":"blue","image":"image@2"}' },
    "/api/version answers blue with image@2, not green with image@2",
  ],
  [
    "another image answers",
    { "/api/version": '{"colour":"green","image":"image@1"}' },
    "/api/version answers green with image@1, not green with image@2",
  ],
  ["a route fails", { "/api/leaderboard": undefined }, "/api/leaderboard answers 503: not now"],
  ["there is no page", { "/": "hello" }, "/ answers no page"],
  [
    "there is no quiz",
    { "/api/quizzes": '{"quizzes":[]}' },
    "/api/quizzes answers what this version of the API does not:",
  ],
  [
    "a route answers no JSON",
    { "/api/me": "<html>" },
    "/api/me answers what this version of the API does not: <html>",
  ],
])("says what is wrong, without the secret: %s", async (_what, changed, message) => {
  answers = Object.fromEntries(
    Object.entries({ ...GOOD, ...changed }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const error: unknown = await verify(way, "green", "image@2").catch((thrown: unknown) => thrown);
  expect((error as Error).message).toContain(message);
  expect((error as Error).message).not.toContain("s3cret");
});
