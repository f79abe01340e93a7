/** The distribution that infra/edge makes, all of it from the load balancer. */
import { until } from "../host/until.ts";
import { answerAsApp, FOREVER, platform, PREVIEW, putPolicies } from "./testing-platform.ts";
import { TestEdge } from "./testing.ts";

const edge = new TestEdge("127.98.34");
const BRIEF = "public, max-age=60";

beforeAll(async () => {
  await edge.startOrigin();
  putPolicies(edge);
  await edge.apply(platform(edge, "load-balancer"));
});
afterAll(() => edge.close());
beforeEach(() => {
  edge.seen.length = 0;
  answerAsApp(edge);
});

describe("from the load balancer", () => {
  it("serves the page by the viewer's Host, with what it sent, and keeps none of it", async () => {
    const headers = { host: "quiz.example.com", cookie: "a=1", "accept-language": "de" };
    const first = await edge.request("/?a=b", { headers });
    expect([first.status, first.body, first.headers["x-cache"]]).toEqual([
      200,
      "1 live a=1",
      "Miss from cloudfront",
    ]);
    expect((await edge.request("/?a=b", { headers })).body).toBe("2 live a=1");
    expect(edge.seen[0]).toMatchObject({ target: "/?a=b", headers });
  });

  it("serves a hashed file from the cache the second time, whoever asks, and without cookies", async () => {
    const ann = await edge.request("/assets/app-1a2b.js?x=1", { headers: { cookie: "session=ann" } });
    const bob = await edge.request("/assets/app-1a2b.js?x=2&cookie", { headers: { cookie: "session=bob" } });
    expect([ann.headers["x-cache"], bob.headers["x-cache"]]).toEqual([
      "Miss from cloudfront",
      "Hit from cloudfront",
    ]);
    expect([ann.body, bob.body]).toEqual(["1 live nobody", "1 live nobody"]);
    expect(bob.headers["cache-control"]).toBe(FOREVER);
  });

  it("never keeps the cookie that a file's origin sets, nor shows it", async () => {
    edge.answer = (_request, response) =>
      void response.setHeader("set-cookie", "session=secret").setHeader("cache-control", FOREVER).end("file");
    const [first, second] = [await edge.request("/assets/c.js"), await edge.request("/assets/c.js")];
    expect([first.headers["set-cookie"], second.headers["set-cookie"]]).toEqual([undefined, undefined]);
    expect(second.headers["x-cache"]).toBe("Hit from cloudfront");
  });

  it.each([
    ["/assets/x.js", PREVIEW],
    ["/api/quizzes", PREVIEW],
    ["/api/quizzes", "Authorization"],
    ["/api/quizzes", "Cookie"],
    ["/", "Cookie"],
  ])("tells answers of %s apart by %s", async (path, header) => {
    const target = `${path}?cc=${encodeURIComponent(BRIEF)}&${header}`;
    const as = async (value: string): Promise<string> => {
      const { headers, body } = await edge.request(target, { headers: { [header]: value } });
      return `${String(headers["x-cache"]).split(" ")[0]} ${body}`;
    };
    const [ann, bob] = [await as("ann"), await as("bob")];
    expect([ann.startsWith("Miss 1"), bob.startsWith("Miss 2")]).toEqual([true, true]);
    expect(await as("ann")).toBe(ann.replace("Miss", "Hit"));
    expect(await edge.cache(target)).toBe("Miss");
  });

  it.each([
    ["no-store"],
    ["private"],
    ["private, max-age=600"],
    ["no-cache"],
    ["max-age=0, must-revalidate"],
    ["public, max-age=600, no-store"],
  ])("keeps nothing that says %s", async (said) => {
    for (const cookie of [[], ["session=secret"]]) {
      edge.answer = (_request, response) =>
        void response.setHeader("cache-control", said).setHeader("set-cookie", cookie).end("somebody's");
      for (const path of ["/", "/api/me", "/assets/a.js"]) {
        expect([path, await edge.cache(path), await edge.cache(path)]).toEqual([path, "Miss", "Miss"]);
      }
    }
  });

  it("keeps an answer that sets a cookie from whoever sends none or another", async () => {
    const target = `/api/start?cookie&cc=${encodeURIComponent("no-store")}`;
    const first = await edge.request(target);
    const second = await edge.request(target, { headers: { cookie: "session=bob" } });
    expect([first.headers["set-cookie"], first.body]).toEqual([["session=secret"], "1 live nobody"]);
    expect(second.body).toBe("2 live session=bob");
  });

  it("keeps no error: the next request sees the repair", async () => {
    for (const status of [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]) {
      for (const path of [`/broken-${status}`, `/api/${status}`, `/assets/${status}.js`]) {
        edge.answer = (_request, response) => void response.writeHead(status).end("broken");
        expect([path, (await edge.request(path)).status]).toEqual([path, status]);
        answerAsApp(edge);
        const repaired = await edge.request(path);
        expect([path, repaired.status, repaired.headers["x-cache"]]).toEqual([
          path,
          200,
          "Miss from cloudfront",
        ]);
      }
    }
  });

  it("adds security headers where the app has none, and each goes out once", async () => {
    const bare = await edge.request("/assets/bare.js");
    expect(bare.headers).toMatchObject({
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
    });
    expect(bare.headers["strict-transport-security"]).toBeUndefined();
    edge.answer = (_request, response) =>
      void response
        .writeHead(200, { "content-security-policy": "default-src 'self'", "x-frame-options": "SAMEORIGIN" })
        .end();
    expect((await edge.request("/page")).headers).toMatchObject({
      "content-security-policy": "default-src 'self'",
      "x-frame-options": "SAMEORIGIN",
      "x-content-type-options": "nosniff",
    });
  });

  it("takes no write where only reading is allowed, whatever its size", async () => {
    const body = "x".repeat(3_000_000);
    for (const path of ["/", "/assets/a.js"]) {
      expect([path, (await edge.request(path, { method: "POST", body })).status]).toEqual([path, 403]);
    }
    expect(edge.seen).toEqual([]);
  });
});

describe("bodies", () => {
  const LARGE = 24 * 1024 * 1024;

  it("goes through in both directions, however large", async () => {
    edge.answer = (request, response) => {
      let length = 0;
      request.on("data", (chunk: Buffer) => (length += chunk.length));
      request.on("end", () => response.end("y".repeat(length)));
    };
    const answer = await edge.request("/api/upload", { method: "POST", body: "x".repeat(LARGE) });
    expect([answer.status, answer.body.length]).toEqual([200, LARGE]);
  });

  it("keeps a large file and gives parts of it", async () => {
    const file = Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 256)).toString("latin1");
    edge.answer = (_request, response) =>
      void response
        .writeHead(200, {
          "cache-control": FOREVER,
          "content-type": "image/png",
          "content-length": LARGE,
        })
        .end(file.repeat(LARGE / 4096), "latin1");
    const part = (range: string) => edge.request("/assets/large.png", { headers: { range } });
    const missed = await part("bytes=4-7");
    expect([missed.status, missed.headers["x-cache"]]).toEqual([206, "Miss from cloudfront"]);
    await until(
      "the whole to be there",
      30_000,
      async () => (await edge.cache("/assets/large.png")) === "Hit",
    );
    edge.seen.length = 0;
    const hit = await part("bytes=4-7");
    expect([hit.status, hit.body, hit.headers["content-range"], hit.headers["x-cache"]]).toEqual([
      206,
      "\x04\x05\x06\x07",
      `bytes 4-7/${LARGE}`,
      "Hit from cloudfront",
    ]);
    expect((await part(`bytes=${LARGE}-`)).status).toBe(416);
    expect((await edge.request("/assets/large.png")).headers["content-length"]).toBe(String(LARGE));
    expect(edge.seen).toEqual([]);
  });
});
