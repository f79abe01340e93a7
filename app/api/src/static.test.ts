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
