import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { loadSite } from "./static.ts";
import { PAGE, SCRIPT } from "./testing/site-folder.ts";
import { startTestApp } from "./testing/test-app.ts";
import type { TestApp } from "./testing/test-app.ts";

let app: TestApp;
beforeAll(async () => (app = await startTestApp()));
afterAll(async () => {
  await app.stop();
});

/** Not fetch: that decompresses, and sets Accept-Encoding itself. */
async function get(path: string, headers: Record<string, string> = {}, method = "GET") {
  const sent = request(app.url + path, { headers, method });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

describe("pages", () => {
  it.each([
    "/",
    "/quizzes/astronomy",
    "/quizzes/astronomy?from=mail",
    "/attempts/0190f5c8-0000-4000-8000-000000000000",
    "/leaderboard",
    "/leaderboard/astronomy",
  ])("at %s are asked for again each time", async (path) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["cache-control"]).toBe("no-cache");
    expect(body.toString()).toBe(PAGE);
  });

  it("cost 304 when nothing changed", async () => {
    const first = await get("/");
    const { status, headers, body } = await get("/", { "If-None-Match": first.headers.etag ?? "" });
    expect([status, body.length, headers.etag]).toEqual([304, 0, first.headers.etag]);
    expect((await get("/", { "If-None-Match": '"another"' })).status).toBe(200);
  });

  it("answer HEAD without a body", async () => {
    const { status, headers, body } = await get("/", {}, "HEAD");
    expect([status, headers["content-length"], body.length]).toEqual([200, String(PAGE.length), 0]);
  });
});

describe("a wrong address", () => {
  const browser = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
  const said = async (path: string, headers: Record<string, string> = browser, method = "GET") => {
    const answer = await get(path, headers, method);
    const { "content-type": type, "cache-control": cacheControl, vary } = answer.headers;
    return { status: answer.status, type, cacheControl, vary, body: answer.body.toString() };
  };
  const html = {
    type: "text/html; charset=utf-8",
    cacheControl: "no-store",
    vary: "Accept, Accept-Encoding",
  };

  it.each([
    ["/nowhere", 404],
    ["/nowhere/", 404],
    ["/nowhere?from=mail", 404],
    ["/quizzes", 404],
    ["/quizzes/UPPER", 404],
    ["/quizzes/history/more", 404],
    ["/apifoo", 404],
    ["//evil.test/leaderboard", 404],
    ["/%E0%A4%A", 404],
    ["/quizzes/%E0%A4%A", 400],
  ])("that a browser opens shows the page, and is no success: %s", async (path, status) => {
    expect(await said(path)).toEqual({ status, ...html, body: PAGE });
    // Not even to who has the page.
    const { etag = "" } = (await get("/")).headers;
    expect((await said(path, { ...browser, "If-None-Match": etag })).status).toBe(status);
    expect(await said(path, browser, "HEAD")).toEqual({ status, ...html, body: "" });
  });

  it.each([
    ["GET", "/api/nowhere", browser],
    ["GET", "/API/nowhere", browser],
    ["GET", "/api/", browser],
    ["GET", "/assets/index-gone.js", browser],
    ["GET", "/health/nowhere", browser],
    ["GET", "/metrics", browser],
    ["POST", "/nowhere", browser],
    ["GET", "/nowhere", { Accept: "*/*" }],
    ["GET", "/nowhere", { Accept: "application/json, text/html;q=0.5" }],
    ["GET", "/nowhere", {}],
  ])("stays problem details for programs: %s %s %j", async (method, path, headers) => {
    const { status, type, body } = await said(path, headers, method);
    expect([status, type]).toEqual([404, "application/problem+json; charset=utf-8"]);
    expect(JSON.parse(body)).toMatchObject({ status: 404, title: "Not found" });
  });

  it("with a slash at its end is the page itself", async () => {
    for (const path of ["/leaderboard/", "/quizzes/history/"])
      expect(await said(path)).toMatchObject({ status: 200, body: PAGE });
  });
});

describe("hashed assets", () => {
  const path = "/assets/index-Ab12.js";

  it.each([
    ["br", "gzip, br", brotliDecompressSync],
    ["gzip", "gzip", gunzipSync],
    [undefined, "identity", (body: Buffer) => body],
  ])("come as %s when asked for %s, for a year", async (encoding, accepted, decode) => {
    const { status, headers, body } = await get(path, { "Accept-Encoding": accepted });
    expect(status).toBe(200);
    expect(headers["content-encoding"]).toBe(encoding);
    expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(headers["vary"]).toBe("Accept-Encoding");
    expect(decode(body).toString()).toBe(SCRIPT);
  });

  it("have an etag for each encoding", async () => {
    const etags = await Promise.all(
      ["br", "gzip", "identity"].map(
        async (accepted) => (await get(path, { "Accept-Encoding": accepted })).headers.etag,
      ),
    );
    expect(new Set(etags).size).toBe(3);
  });

  it.each(["/assets/index-Zz99.js", "/assets/..%2findex.html", "/assets/index-Ab12.js.br", "/assets/"])(
    "that are not there are 404 and not cached: %s",
    async (missing) => {
      const { status, headers } = await get(missing);
      expect([status, headers["cache-control"]]).toEqual([404, "no-store"]);
    },
  );
});

describe("loadSite", () => {
  it("says what to run when there are no built pages", () => {
    expect(() => loadSite("/nowhere")).toThrow(
      'WEB_ROOT="/nowhere" holds no built pages: run "npm run build" in app/.',
    );
  });
});
