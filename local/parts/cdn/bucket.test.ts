/** The distribution that infra/edge makes, with the assets' bucket and its error page. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { BUCKET_POLICY } from "../../aws/services/s3/references.ts";
import { objectStoreOf } from "../s3/driver.ts";
import { createS3Listener } from "../s3/http.ts";
import { answerAsApp, BUCKET, FOREVER, platform, putPolicies } from "./testing-platform.ts";
import { TestEdge } from "./testing.ts";

const edge = new TestEdge("127.98.38");
const ARN = "arn:aws:cloudfront::000000000000:distribution/E1";

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
  await edge.startOrigin();
  putPolicies(edge);
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
  await edge.apply(platform(edge, "bucket"));
});
afterAll(() => edge.close());
beforeEach(() => {
  edge.seen.length = 0;
  answerAsApp(edge);
  edge.edge.invalidate("E1", ["/*"]);
});

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
  await edge.apply(platform(edge, "bucket"));
  expect((await edge.request("/assets/app-1.js")).status).toBe(403);
  access("always");
  await edge.apply(platform(edge, "bucket"));
  expect((await edge.request("/assets/app-1.js")).status).toBe(200);
});

it("lets nobody past it: the bucket's own address refuses who does not sign", async () => {
  const { account, machine } = edge;
  const server: Server = createServer(
    createS3Listener({ account, store: objectStoreOf(machine), identities: () => "unknown key" }),
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
  answerAsApp(edge);
  expect((await edge.request("/anywhere")).status).toBe(200);
});
