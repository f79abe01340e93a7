/** The distribution that infra/edge makes, with its own policies: from the load balancer alone, and with the bucket. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { BUCKET_POLICY } from "../../aws/services/s3/references.ts";
import type { JsonObject } from "../../region/protocol.ts";
import { until } from "../host/until.ts";
import { objectStoreOf } from "../s3/driver.ts";
import { createS3Listener } from "../s3/http.ts";
import { ACL_ARN, TestEdge } from "./testing.ts";

// Real processes: on a busy machine the default of 5 s is not theirs.
jest.setTimeout(60_000);

const edge = new TestEdge("127.98.34");
const PREVIEW = "X-Twinstack-Preview";
const BUCKET = "cdn-assets-1";
const ARN = "arn:aws:cloudfront::000000000000:distribution/E1";
const READ = ["GET", "HEAD"];
const ALL = [...READ, "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];
const BRIEF = "public, max-age=60";
const FOREVER = "public, max-age=31536000, immutable";

const common = {
  viewerProtocolPolicy: "allow-all",
  cachedMethods: READ,
  compress: true,
  responseHeadersPolicyId: "headers",
};
const dynamic = (allowedMethods: readonly string[]): JsonObject => ({
  ...common,
  targetOriginId: "load-balancer",
  allowedMethods,
  cachePolicyId: "dynamic",
  originRequestPolicyId: "viewer",
});
const served: JsonObject = {
  ...common,
  targetOriginId: "load-balancer",
  allowedMethods: READ,
  cachePolicyId: "assets",
  originRequestPolicyId: "files",
};
const stored: JsonObject = {
  ...common,
  targetOriginId: "assets",
  allowedMethods: READ,
  cachePolicyId: "assets",
};

function platform(assetsFrom: "load-balancer" | "bucket"): JsonObject {
  const fromBucket = assetsFrom === "bucket";
  const known = edge.distribution();
  const [balancer] = known["origins"] as readonly JsonObject[];
  return {
    ...known,
    comment: "twinstack-test",
    isIpv6Enabled: true,
    httpVersion: "http2and3",
    priceClass: "PriceClass_100",
    webAclId: ACL_ARN,
    origins: [
      { ...balancer, originId: "load-balancer" },
      ...(fromBucket
        ? [
            {
              originId: "assets",
              domainName: `${BUCKET}.s3.eu-central-1.amazonaws.com`,
              originAccessControlId: "access",
            },
          ]
        : []),
    ],
    defaultCacheBehavior: dynamic([...READ, "OPTIONS"]),
    orderedCacheBehaviors: [
      { pathPattern: "/api/*", ...dynamic(ALL) },
      { pathPattern: "/assets/*", ...(fromBucket ? stored : served) },
      ...(fromBucket ? [{ pathPattern: "/errors/*", ...stored }] : []),
    ],
    customErrorResponses: [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504].map((errorCode) => ({
      errorCode,
      errorCachingMinTtl: 0,
      ...(fromBucket && errorCode > 501
        ? { responseCode: errorCode, responsePagePath: "/errors/unavailable.html" }
        : {}),
    })),
    loggingConfig: { bucket: "logs.s3.amazonaws.com", prefix: "cdn/", includeCookies: false },
  };
}

function policies(): void {
  const encodings = { enableAcceptEncodingBrotli: true, enableAcceptEncodingGzip: true };
  const headers = (...items: readonly string[]): JsonObject => ({
    headersConfig: { headerBehavior: "whitelist", headers: { items } },
  });
  edge.cachePolicy("assets", [0, 86_400, 31_536_000], { ...headers(PREVIEW), ...encodings });
  edge.cachePolicy("dynamic", [0, 0, 3600], {
    ...headers("Authorization", PREVIEW),
    cookiesConfig: { cookieBehavior: "all" },
    queryStringsConfig: { queryStringBehavior: "all" },
    ...encodings,
  });
  for (const [id, rest] of [
    ["files", "none"],
    ["viewer", "all"],
  ] as const) {
    edge.put("aws:cloudfront/originRequestPolicy:OriginRequestPolicy", id, {
      headersConfig: { headerBehavior: "allViewer" },
      cookiesConfig: { cookieBehavior: rest },
      queryStringsConfig: { queryStringBehavior: rest },
    });
  }
  edge.put("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "headers", {
    securityHeadersConfig: {
      contentSecurityPolicy: {
        contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        override: false,
      },
      contentTypeOptions: { override: false },
      frameOptions: { frameOption: "DENY", override: false },
      referrerPolicy: { referrerPolicy: "no-referrer", override: false },
    },
  });
  const visibilityConfig = { cloudwatchMetricsEnabled: true, metricName: "m", sampledRequestsEnabled: true };
  edge.put(
    "aws:wafv2/webAcl:WebAcl",
    "acl",
    {
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      rules: [
        {
          name: "rate",
          priority: 0,
          action: { block: {} },
          statement: {
            rateBasedStatement: { limit: 2_000_000, evaluationWindowSec: 60, aggregateKeyType: "IP" },
          },
          visibilityConfig,
        },
        {
          name: "AWSManagedRulesCommonRuleSet",
          priority: 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" },
          },
          visibilityConfig,
        },
      ],
    },
    { arn: ACL_ARN },
  );
}

/** The app: pages are no-cache, files have a hash, answers of the API are somebody's. */
function app(): void {
  edge.answer = (request, response, count) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://origin");
    const said = searchParams.get("cc") ?? (pathname.startsWith("/assets/") ? FOREVER : "no-cache");
    response.setHeader("cache-control", said).setHeader("content-type", "text/plain");
    if (searchParams.has("cookie")) response.setHeader("set-cookie", "session=secret");
    const who = request.headers.authorization ?? request.headers.cookie ?? "nobody";
    response.end(`${count} ${String(request.headers[PREVIEW.toLowerCase()] ?? "live")} ${who}`);
  };
}

beforeAll(async () => {
  await edge.startOrigin();
  policies();
  await edge.apply(platform("load-balancer"));
});
afterAll(() => edge.close());
beforeEach(() => {
  edge.seen.length = 0;
  app();
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
        app();
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
          "accept-ranges": "bytes",
          "content-length": LARGE,
        })
        .end(file.repeat(LARGE / 4096), "latin1");
    const part = (range: string) => edge.request("/assets/large.png", { headers: { range } });
    const missed = await part("bytes=4-7");
    expect([missed.status, missed.headers["x-cache"]]).toEqual([206, "Miss from cloudfront"]);
    await until(
      "the whole to be there",
      20_000,
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

describe("from the bucket", () => {
  const from = {
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Condition: { StringEquals: { "aws:SourceArn": ARN } },
  };
  const admit = (statements: readonly object[]): void => {
    const tls = {
      Sid: "OnlyWithTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [...statements, tls] });
    edge.put(BUCKET_POLICY, "policy", { bucket: BUCKET, policy });
  };
  const read = { ...from, Sid: "ReadAssets", Action: "s3:GetObject", Resource: `arn:aws:s3:::${BUCKET}/*` };
  const list = { ...from, Sid: "TellMissing", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${BUCKET}` };
  const access = (signingBehavior: string): void =>
    void edge.put("aws:cloudfront/originAccessControl:OriginAccessControl", "access", {
      originAccessControlOriginType: "s3",
      signingBehavior,
      signingProtocol: "sigv4",
    });

  beforeAll(async () => {
    await edge.bucket(BUCKET, {
      "assets/app-1.js": {
        content: "let a = 1;\n".repeat(200),
        contentType: "text/javascript",
        cacheControl: FOREVER,
      },
      "errors/unavailable.html": {
        content: "<h1>Back in a moment</h1>",
        contentType: "text/html; charset=utf-8",
        cacheControl: "public, max-age=60",
      },
    });
    access("always");
    admit([read, list]);
    await edge.apply(platform("bucket"));
  });
  beforeEach(() => edge.edge.invalidate("E1", ["/*"]));

  it("gets files with their headers, compressed, second time from the cache, and parts of them", async () => {
    const ask = (headers: Readonly<Record<string, string>> = {}) =>
      edge.request("/assets/app-1.js", { headers });
    const [first, second] = [await ask(), await ask()];
    expect(first).toMatchObject({
      status: 200,
      body: "let a = 1;\n".repeat(200),
      headers: {
        "cache-control": FOREVER,
        "content-type": "text/javascript",
        server: "AmazonS3",
        "x-content-type-options": "nosniff",
        "x-cache": "Miss from cloudfront",
      },
    });
    expect(second.headers["x-cache"]).toBe("Hit from cloudfront");
    const packed = await ask({ "accept-encoding": "gzip, deflate, br" });
    expect([packed.headers["content-encoding"], packed.body]).toEqual(["gzip", first.body]);
    const part = await ask({ range: "bytes=0-9" });
    expect([part.status, part.body]).toEqual([206, "let a = 1;"]);
    const known = await ask({ "if-none-match": String(first.headers.etag) });
    expect([known.status, known.body]).toEqual([304, ""]);
    expect(edge.seen).toEqual([]);
  });

  it("says 404 for what is not there, and forgets it", async () => {
    const missing = await edge.request("/assets/later.js");
    expect([missing.status, missing.headers["x-cache"]]).toEqual([404, "Error from cloudfront"]);
    const etag = objectStoreOf(edge.machine).put(BUCKET, "assets/later.js", Buffer.from("now"), {
      contentType: "text/javascript",
      user: {},
      tags: {},
    }).etag;
    const there = await edge.request("/assets/later.js");
    expect([there.status, there.body, there.headers.etag]).toEqual([200, "now", `"${etag}"`]);
  });

  it("says 403 for what is not there to whoever may not list", async () => {
    admit([read]);
    expect((await edge.request("/assets/nowhere.js")).status).toBe(403);
    admit([read, list]);
  });

  it.each([
    [
      "a policy for another distribution",
      () => admit([{ ...read, Condition: { StringEquals: { "aws:SourceArn": `${ARN}2` } } }]),
    ],
    ["no policy", () => void edge.record.delete("policy")],
    [
      "a Deny",
      () =>
        admit([
          read,
          list,
          {
            Sid: "No",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: `arn:aws:s3:::${BUCKET}/*`,
          },
        ]),
    ],
  ])("may not read with %s", async (_what, change) => {
    change();
    expect((await edge.request("/assets/app-1.js")).status).toBe(403);
    admit([read, list]);
    expect((await edge.request("/assets/app-1.js")).status).toBe(200);
  });

  it("may not read without a signature", async () => {
    access("never");
    await edge.apply(platform("bucket"));
    expect((await edge.request("/assets/app-1.js")).status).toBe(403);
    access("always");
    await edge.apply(platform("bucket"));
    expect((await edge.request("/assets/app-1.js")).status).toBe(200);
  });

  it("lets nobody past it: the bucket's own address refuses who does not sign", async () => {
    const { account, machine } = edge;
    const server: Server = createServer(
      createS3Listener({ account, store: objectStoreOf(machine), identity: () => undefined }),
    ).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/${BUCKET}/assets/app-1.js`);
    expect([answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]]).toEqual([403, "AccessDenied"]);
    server.close();
    server.closeAllConnections();
  });

  it("shows the bucket's page with the status it stands for, for 502 to 504 alone", async () => {
    for (const status of [502, 503, 504]) {
      edge.answer = (_request, response) =>
        void response.writeHead(status, { "set-cookie": "a=b" }).end("plain");
      const answer = await edge.request("/anywhere", { headers: { authorization: "ann", cookie: "a=1" } });
      expect([answer.status, answer.body, answer.headers["x-cache"]]).toEqual([
        status,
        "<h1>Back in a moment</h1>",
        "Error from cloudfront",
      ]);
      expect(answer.headers["x-frame-options"]).toBe("DENY");
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
    edge.answer = (_request, response) => void response.writeHead(500).end("plain");
    expect((await edge.request("/anywhere")).body).toBe("plain");
    await edge.stopOrigin();
    expect(await edge.request("/api/x", { method: "POST", body: "a" })).toMatchObject({
      status: 502,
      body: "<h1>Back in a moment</h1>",
    });
    await edge.startOrigin();
    app();
    expect((await edge.request("/anywhere")).status).toBe(200);
  });
});
