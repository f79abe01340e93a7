import { Agent } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import type { JsonObject } from "../../region/protocol.ts";
import { until } from "../host/until.ts";
import { TestEdge } from "./testing.ts";
import type { Seen } from "./testing.ts";

const edge = new TestEdge("127.98.32");

beforeAll(async () => {
  await edge.startOrigin();
  edge.cachePolicy("cached", [0, 60, 3600], {
    headersConfig: { headerBehavior: "whitelist", headers: { items: ["X-Key"] } },
    cookiesConfig: { cookieBehavior: "whitelist", cookies: { items: ["theme"] } },
    queryStringsConfig: { queryStringBehavior: "whitelist", queryStrings: { items: ["size", "page"] } },
    enableAcceptEncodingGzip: true,
    enableAcceptEncodingBrotli: true,
  });
  edge.cachePolicy("except", [0, 60, 3600], {
    queryStringsConfig: { queryStringBehavior: "allExcept", queryStrings: { items: ["utm", "ref"] } },
    cookiesConfig: { cookieBehavior: "allExcept", cookies: { items: ["track"] } },
  });
  edge.cachePolicy("off", [0, 0, 0]);
  const policy = (id: string, headersConfig: JsonObject, rest: string): unknown =>
    edge.put("aws:cloudfront/originRequestPolicy:OriginRequestPolicy", id, {
      headersConfig,
      cookiesConfig: { cookieBehavior: rest },
      queryStringsConfig: { queryStringBehavior: rest },
    });
  policy("viewer", { headerBehavior: "allViewer" }, "all");
  policy("without-host", { headerBehavior: "allExcept", headers: { items: ["Host", "X-Secret"] } }, "none");
  policy(
    "one",
    { headerBehavior: "whitelist", headers: { items: ["Accept-Language", "CloudFront-Viewer-Address"] } },
    "none",
  );
  const at = (pathPattern: string, more: JsonObject): JsonObject => ({
    ...edge.behaviour(more),
    pathPattern,
  });
  await edge.apply(
    edge.distribution(
      {
        orderedCacheBehaviors: [
          at("/viewer/*", { originRequestPolicyId: "viewer", cachePolicyId: "off" }),
          at("/without-host/*", { originRequestPolicyId: "without-host", cachePolicyId: "off" }),
          at("/one/*", { originRequestPolicyId: "one", cachePolicyId: "off" }),
          at("/except/*", { cachePolicyId: "except" }),
          at("/exact.html", { originRequestPolicyId: "viewer" }),
          at("/q?.txt", { originRequestPolicyId: "viewer" }),
        ],
      },
      { compress: true },
    ),
  );
});
afterAll(() => edge.close());
beforeEach(() => {
  edge.seen.length = 0;
  edge.answer = (_request, response, count) => void response.end(`answer ${count}`);
});

async function seen(path: string, headers: Readonly<Record<string, string>>, method = "GET"): Promise<Seen> {
  await edge.request(path, { headers, method });
  const last = edge.seen.at(-1);
  if (last === undefined) throw new Error("the origin was not asked");
  return last;
}

const SENT = {
  host: "quiz.example.com",
  "accept-language": "de",
  "accept-encoding": "deflate, gzip;q=1.0, *;q=0.5",
  authorization: "Bearer ann",
  cookie: "a=1; theme=dark; b=2",
  "user-agent": "browser",
  "x-forwarded-for": "203.0.113.7",
  "x-key": "k",
  "x-secret": "s",
};

describe("what the origin gets", () => {
  it("by default: the key alone, the origin's name as Host, and CloudFront as the asker", async () => {
    const { headers, target } = await seen("/plain%2Fpath?page=2&other=x&size=9", SENT);
    expect(target).toBe("/plain%2Fpath?page=2&size=9");
    expect(headers).toEqual({
      "accept-encoding": "gzip",
      cookie: "theme=dark",
      host: "internal-edge-1.eu-central-1.elb.amazonaws.com",
      "user-agent": "Amazon CloudFront",
      via: "1.1 d1.cloudfront.net (CloudFront)",
      "x-amz-cf-id": expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      "x-forwarded-for": "203.0.113.7, 127.0.0.1",
      "x-key": "k",
    });
  });

  it("with all of the viewer's: everything, Host too", async () => {
    const { headers, target } = await seen("/viewer/a?b=1&b=2&empty", SENT);
    expect(target).toBe("/viewer/a?b=1&b=2&empty");
    expect(headers).toMatchObject({ ...SENT, "x-forwarded-for": "203.0.113.7, 127.0.0.1" });
    expect(Object.keys(headers).filter((name) => name.startsWith("x-twinstack"))).toEqual([]);
  });

  it("with all but some: not those", async () => {
    const { headers, target } = await seen("/without-host/a?b=1", SENT);
    expect(target).toBe("/without-host/a");
    expect(headers).toMatchObject({
      host: "internal-edge-1.eu-central-1.elb.amazonaws.com",
      authorization: "Bearer ann",
    });
    expect([headers["x-secret"], headers.cookie]).toEqual([undefined, undefined]);
  });

  it("with some: those, and what CloudFront adds of itself", async () => {
    const { headers } = await seen("/one/a", SENT);
    expect(headers["accept-language"]).toBe("de");
    expect(headers["cloudfront-viewer-address"]).toMatch(/^127\.0\.0\.1:\d+$/);
    expect([headers.authorization, headers["x-key"], headers.cookie]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("a body as it came, with its type", async () => {
    const bodies: string[] = [];
    edge.answer = (request, response) => {
      request.on("data", (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on("end", () => response.end());
    };
    await edge.request("/one/a", {
      method: "PUT",
      body: '{"a":1}',
      headers: { "content-type": "application/json" },
    });
    expect(bodies.join("")).toBe('{"a":1}');
    expect(edge.seen[0]?.headers["content-type"]).toBe("application/json");
  });

  it("requests one after the other on one connection", async () => {
    const ports = new Set<number | undefined>();
    edge.answer = (request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    };
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; count < 10; count += 1) await edge.request(`/viewer/${count}`, { agent });
    agent.destroy();
    // One a worker.
    expect(ports.size).toBeLessThanOrEqual(2);
  });
});

describe("what makes two requests the same", () => {
  it.each([
    ["/k?size=1&page=2", "/k?page=2&size=1&other=3", {}, {}, true],
    ["/k1?size=1", "/k1?size=2", {}, {}, false],
    ["/k2?size=1", "/k2", {}, {}, false],
    ["/k3", "/k3?sizes=1", {}, {}, true],
    ["/k4", "/k4", { cookie: "theme=dark; id=1" }, { cookie: "id=2; theme=dark" }, true],
    ["/k5", "/k5", { cookie: "theme=dark" }, { cookie: "theme=light" }, false],
    ["/k6", "/k6", { cookie: "theme=dark" }, { cookie: "xtheme=dark" }, false],
    ["/k7", "/k7", { "x-key": "a" }, { "x-key": "b" }, false],
    ["/k8", "/k8", { "x-other": "a" }, { "x-other": "b" }, true],
    ["/k9", "/K9", {}, {}, false],
    ["/k10", "/k10", { "accept-encoding": "gzip, deflate" }, { "accept-encoding": "gzip" }, true],
    ["/k11", "/k11", { "accept-encoding": "br, gzip" }, { "accept-encoding": "gzip" }, false],
    ["/k12", "/k12", { "accept-encoding": "gzip;q=0" }, { "accept-encoding": "identity" }, true],
    ["/except/a?utm=1&b=2&ref=3", "/except/a?b=2&utm=7", {}, {}, true],
    ["/except/b?utm=1&b=2", "/except/b?utm=1&b=3", {}, {}, false],
    ["/except/c", "/except/c", { cookie: "track=1; id=1" }, { cookie: "id=1" }, true],
    ["/except/d", "/except/d", { cookie: "id=1; track=1" }, { cookie: "id=1" }, true],
  ])("%s and %s", async (one, other, oneHeaders, otherHeaders, same) => {
    expect(await edge.cache(one, oneHeaders)).toBe("Miss");
    expect(await edge.cache(other, otherHeaders)).toBe(same ? "Hit" : "Miss");
  });
});

it("takes the first behaviour whose pattern fits the path, by case, with * and ?", async () => {
  const host = async (path: string): Promise<string> => String((await seen(path, SENT)).headers.host);
  expect(await host("/exact.html")).toBe("quiz.example.com");
  expect(await host("/qa.txt")).toBe("quiz.example.com");
  for (const path of ["/exactXhtml", "/exact.html/", "/EXACT.html", "/qab.txt"]) {
    expect([path, await host(path)]).toEqual([path, "internal-edge-1.eu-central-1.elb.amazonaws.com"]);
  }
});

describe("compression", () => {
  const text = "compress me ".repeat(200);
  const from = (type: string, body: string | Buffer, more: Readonly<Record<string, string>> = {}) => {
    edge.answer = (_request, response) =>
      void response
        .writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body), ...more })
        .end(body);
  };
  const encoding = async (path: string, accept: string): Promise<readonly [string | undefined, string]> => {
    const { headers, body } = await edge.request(path, { headers: { "accept-encoding": accept } });
    return [headers["content-encoding"], body];
  };

  it("is for types and sizes that CloudFront compresses, when the viewer takes it", async () => {
    from("text/css", text);
    expect(await encoding("/z1", "gzip")).toEqual(["gzip", text]);
    expect(await encoding("/z1", "gzip")).toEqual(["gzip", text]);
    expect(await encoding("/z1", "identity")).toEqual([undefined, text]);
    from("text/css", "short");
    expect(await encoding("/z2", "gzip")).toEqual([undefined, "short"]);
    from("image/png", text);
    expect(await encoding("/z3", "gzip")).toEqual([undefined, text]);
  });

  it("leaves alone what the origin encoded", async () => {
    from("text/css", gzipSync(text), { "content-encoding": "gzip" });
    expect(await encoding("/z4", "gzip")).toEqual(["gzip", text]);
    from("text/css", "brotli", { "content-encoding": "br" });
    expect(await encoding("/z4", "br, gzip")).toEqual(["br", "brotli"]);
    expect(edge.seen.map(({ headers }) => headers["accept-encoding"])).toEqual(["gzip", "br,gzip"]);
  });

  it("is not done where nothing is cached", async () => {
    from("text/css", text);
    expect(await encoding("/viewer/z", "gzip")).toEqual([undefined, text]);
  });
});

it("has many requests under way at once", async () => {
  edge.answer = (_request, response) => void setTimeout(() => response.end(), 200);
  const asked = Array.from({ length: 2000 }, (_, index) => edge.request(`/viewer/many-${index}`));
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
});

it("lets a WebSocket through, in both directions", async () => {
  edge.answer = () => undefined;
  const echo = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  edge.onUpgrade((socket) => {
    socket.write(echo);
    socket.on("data", (chunk: Buffer) => socket.write(`echo ${chunk.toString()}`));
  });
  const { port } = new URL(edge.url);
  for (const path of ["/viewer/socket", "/cached/socket"]) {
    const socket = connect(Number(port), "127.0.0.1");
    let got = "";
    socket.on("data", (chunk: Buffer) => (got += chunk.toString()));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    await until("the upgrade", 30_000, () => got.includes("101 Switching Protocols"));
    socket.write("hello");
    await until("the echo", 30_000, () => got.endsWith("echo hello"));
    socket.destroy();
  }
});
