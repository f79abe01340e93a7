import type { IncomingMessage, ServerResponse } from "node:http";
import { until } from "../host/until.ts";
import { TestEdge } from "./testing.ts";

const edge = new TestEdge("127.98.31");

/** `/…?cc=…&status=…&cookie=…`: the origin says so. */
function say(request: IncomingMessage, response: ServerResponse, count: number): void {
  const asked = new URL(request.url ?? "", "http://origin").searchParams;
  for (const [name, header] of [
    ["cc", "cache-control"],
    ["expires", "expires"],
    ["cookie", "set-cookie"],
    ["vary", "vary"],
  ] as const) {
    const value = asked.get(name);
    if (value !== null) response.setHeader(header, value);
  }
  const user = request.headers["authorization"] ?? request.headers.cookie ?? "nobody";
  response.writeHead(Number(asked.get("status") ?? 200)).end(`${count} ${user}`);
}

const ALL = { queryStringsConfig: { queryStringBehavior: "all" } };

beforeAll(async () => {
  await edge.startOrigin();
  edge.cachePolicy("cached", [0, 60, 3600], ALL);
  edge.cachePolicy("unsaid", [0, 0, 3600], {
    ...ALL,
    headersConfig: { headerBehavior: "whitelist", headers: { items: ["Authorization", "X-Preview"] } },
    cookiesConfig: { cookieBehavior: "all" },
  });
  edge.cachePolicy("floor", [30, 60, 3600], ALL);
  edge.cachePolicy("brief", [0, 1, 1], ALL);
  edge.cachePolicy("off", [0, 0, 0]);
  edge.put("aws:cloudfront/originRequestPolicy:OriginRequestPolicy", "viewer", {
    headersConfig: { headerBehavior: "allViewer" },
    cookiesConfig: { cookieBehavior: "all" },
    queryStringsConfig: { queryStringBehavior: "all" },
  });
  const ordered = (pathPattern: string, cachePolicyId: string) => ({
    ...edge.behaviour({ cachePolicyId, originRequestPolicyId: "viewer" }),
    pathPattern,
  });
  await edge.apply(
    edge.distribution({
      orderedCacheBehaviors: [
        ordered("/api/*", "unsaid"),
        ordered("/floor/*", "floor"),
        ordered("/off/*", "off"),
        ordered("/brief/*", "brief"),
      ],
      customErrorResponses: [404, 500, 502, 503, 504].map((errorCode) => ({
        errorCode,
        errorCachingMinTtl: 0,
      })),
    }),
  );
});
afterAll(() => edge.close());
beforeEach(() => {
  edge.seen.length = 0;
  edge.answer = say;
});

/** What the second of two requests is. */
async function again(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  await edge.cache(path, headers);
  return edge.cache(path, headers);
}

describe("how long", () => {
  it.each([
    ["nothing said: the default", "/a?x=1", "Hit"],
    ["max-age", "/a?cc=max-age=60", "Hit"],
    ["max-age=0", "/a?cc=max-age=0", "Miss"],
    ["s-maxage before max-age", "/a?cc=max-age=0,%20s-maxage=60", "Hit"],
    ["s-maxage=0 before max-age", "/a?cc=s-maxage=0,%20max-age=60", "Miss"],
    ["max-age in quotes, with leading zeros", "/a?cc=max-age=%220060%22", "Hit"],
    ["no-store", "/a?cc=no-store", "Miss"],
    ["no-cache", "/a?cc=no-cache", "Miss"],
    ["private, whatever else it says", "/a?cc=private,%20max-age=600", "Miss"],
    ["NO-STORE in capitals", "/a?cc=NO-STORE", "Miss"],
    ["no default: nothing said", "/api/a?x=1", "Miss"],
    ["no default: max-age", "/api/a?cc=max-age=60", "Hit"],
    ["a minimum: max-age below it", "/floor/a?cc=max-age=0", "Hit"],
    ["a minimum: no-store too", "/floor/a?cc=no-store", "Hit"],
    ["Expires in the future", "/a?expires=Fri,%2031%20Dec%202100%2023:59:59%20GMT", "Hit"],
    ["Expires in the past", "/a?expires=Fri,%2031%20Dec%201999%2023:59:59%20GMT", "Miss"],
    [
      "no Expires where Cache-Control is",
      "/a?cc=max-age=60&expires=Fri,%2031%20Dec%201999%2023:59:59%20GMT",
      "Hit",
    ],
    ["caching off, whatever is said", "/off/a?cc=max-age=60", "Miss"],
    ["a cookie that is set: CloudFront keeps it", "/a?cookie=a=b", "Hit"],
    ["Vary: CloudFront keeps it", "/a?vary=Cookie", "Hit"],
    ["a redirect", "/a?status=301", "Hit"],
  ])("%s", async (_what, path, expected) => {
    expect(await again(path)).toBe(expected);
  });

  it("is at most the policy's maximum, though the viewer is told what the origin said", async () => {
    const { headers } = await edge.request("/brief/a?cc=max-age=9000");
    expect(headers["cache-control"]).toBe("max-age=9000");
    await until(
      "the second to be over",
      30_000,
      async () => (await edge.cache("/brief/a?cc=max-age=9000")) !== "Hit",
    );
  });

  it("asks with the object's version when it has expired, and keeps it when the origin has the same", async () => {
    edge.answer = (request, response) => {
      const known = request.headers["if-none-match"] === '"v1"';
      response.setHeader("etag", '"v1"').setHeader("cache-control", `max-age=${known ? 60 : 1}`);
      if (known) response.writeHead(304).end();
      else response.end("body");
    };
    expect(await edge.cache("/refresh")).toBe("Miss");
    let refreshed;
    await until("it to expire", 30_000, async () => {
      refreshed = await edge.request("/refresh");
      return refreshed.headers["x-cache"] !== "Hit from cloudfront";
    });
    expect(refreshed).toMatchObject({
      status: 200,
      body: "body",
      headers: { "x-cache": "RefreshHit from cloudfront" },
    });
    expect(edge.seen.length).toBe(2);
    expect(await edge.cache("/refresh")).toBe("Hit");
  });
});

describe("whose", () => {
  it("never shows one user's answer to another, though it was marked cacheable", async () => {
    const as = async (headers: Readonly<Record<string, string>>): Promise<string> => {
      const { headers: answered, body } = await edge.request("/api/me?cc=max-age=600", { headers });
      return `${String(answered["x-cache"]).split(" ")[0]} ${body}`;
    };
    expect(await as({ authorization: "ann" })).toBe("Miss 1 ann");
    expect(await as({ authorization: "bob" })).toBe("Miss 2 bob");
    expect(await as({ authorization: "ann" })).toBe("Hit 1 ann");
    expect(await as({ cookie: "session=cid" })).toBe("Miss 3 session=cid");
    expect(await as({ cookie: "session=dan" })).toBe("Miss 4 session=dan");
    expect(await as({})).toBe("Miss 5 nobody");
    // Neither by putting one part of the key into another.
    expect(await as({ cookie: "session=cid\tx" })).toBe("Miss 6 session=cid\tx");
  });

  it("never keeps what is private or must not be stored", async () => {
    for (const cc of ["private", "no-store", "private, max-age=600"]) {
      const path = `/api/mine?cc=${encodeURIComponent(cc)}`;
      const bodies = [];
      for (const authorization of ["ann", "bob", "ann"]) {
        bodies.push((await edge.request(path, { headers: { authorization } })).body.split(" ")[1]);
      }
      expect(bodies).toEqual(["ann", "bob", "ann"]);
    }
    expect(edge.seen.length).toBe(9);
  });

  it("has the preview header in the key", async () => {
    const path = "/api/page?cc=max-age=600";
    expect(await again(path, { "x-preview": "green" })).toBe("Hit");
    expect(await edge.cache(path)).toBe("Miss");
    expect(await edge.cache(path, { "x-preview": "blue" })).toBe("Miss");
  });
});

describe("methods", () => {
  it("passes a POST with its body, every time, and keeps none", async () => {
    const bodies: string[] = [];
    edge.answer = (request, response, count) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        bodies.push(Buffer.concat(chunks).toString());
        response.setHeader("cache-control", "max-age=600").end(`posted ${count}`);
      });
    };
    const post = () =>
      edge.request("/posted", { method: "POST", body: "hello", headers: { "content-type": "text/plain" } });
    const [first, second] = [await post(), await post()];
    expect([first.body, second.body, bodies]).toEqual(["posted 1", "posted 2", ["hello", "hello"]]);
    expect(second.headers["x-cache"]).toBe("Miss from cloudfront");
    expect(edge.seen.map(({ method }) => method)).toEqual(["POST", "POST"]);
    expect(await edge.cache("/posted")).toBe("Miss");
  });

  it("answers HEAD out of what a GET brought", async () => {
    await edge.request("/head");
    const answer = await edge.request("/head", { method: "HEAD" });
    expect([answer.headers["x-cache"], answer.body]).toEqual(["Hit from cloudfront", ""]);
  });

  it("refuses with 403 what a behaviour does not allow", async () => {
    const known = edge.record.get("E1")?.inputs ?? {};
    const read = { ...edge.behaviour({ allowedMethods: ["GET", "HEAD"] }) };
    await edge.apply({ ...known, defaultCacheBehavior: read });
    const answer = await edge.request("/refused", { method: "DELETE" });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain("not configured to allow the HTTP request method");
    expect(answer.headers["x-cache"]).toBe("Error from cloudfront");
    expect(edge.seen).toEqual([]);
    await edge.apply(known);
  });
});

describe("errors", () => {
  it.each([404, 500, 503])("passes %i on and forgets it with an error time of 0", async (status) => {
    const path = `/error-${status}?status=${status}`;
    const answer = await edge.request(path);
    expect(answer).toMatchObject({
      status,
      body: "1 nobody",
      headers: { "x-cache": "Error from cloudfront" },
    });
    await edge.request(path);
    expect(edge.seen.length).toBe(2);
  });

  it("keeps an error for ten seconds where the distribution says nothing, but only those CloudFront keeps", async () => {
    await edge.request("/kept?status=405");
    await edge.request("/kept?status=405");
    expect(edge.seen.length).toBe(1);
    for (const status of [401, 403, 410, 429]) {
      edge.seen.length = 0;
      await edge.request(`/not-kept?status=${status}`);
      await edge.request(`/not-kept?status=${status}`);
      expect([status, edge.seen.length]).toEqual([status, 2]);
    }
  });

  it("tells a silent origin (504) from one that is down (502), and forgets both", async () => {
    const known = edge.record.get("E1")?.inputs ?? {};
    await edge.apply({ ...known, origins: edge.distribution({}, {}, 1)["origins"] ?? [] });
    edge.answer = () => undefined;
    const silent = await edge.request("/silent");
    expect([silent.status, silent.headers["x-cache"]]).toEqual([504, "Error from cloudfront"]);
    await edge.apply(known);
    await edge.stopOrigin();
    const down = await edge.request("/down");
    expect([down.status, down.headers["x-cache"]]).toEqual([502, "Error from cloudfront"]);
    expect(down.body).toContain("could not be reached");
    await edge.startOrigin();
    edge.answer = say;
    expect((await edge.request("/down")).status).toBe(200);
    expect((await edge.request("/silent")).status).toBe(200);
  });

  it("shows what it has, though expired, while the origin fails", async () => {
    expect(await edge.cache("/brief/stale")).toBe("Miss");
    await until("it to expire", 30_000, async () => {
      edge.answer = (_request, response) => void response.writeHead(500).end("broken");
      return (await edge.cache("/brief/stale")) !== "Hit";
    });
    const stale = await edge.request("/brief/stale");
    expect(stale).toMatchObject({
      status: 200,
      body: "1 nobody",
      headers: { "x-cache": "RefreshHit from cloudfront" },
    });
  });

  it("does not try an origin's failed request again", async () => {
    edge.answer = (request) => void request.socket.resetAndDestroy();
    expect((await edge.request("/reset")).status).toBe(502);
    expect(edge.seen.length).toBe(1);
  });
});

it("asks once for the same object, however many want it at once", async () => {
  edge.answer = (_request, response, count) => void setTimeout(() => response.end(`slow ${count}`), 200);
  const answers = await Promise.all(Array.from({ length: 8 }, () => edge.request("/floor/together")));
  expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(["slow 1"]));
  expect(edge.seen.length).toBe(1);
});
