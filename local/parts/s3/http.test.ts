import { readFileSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { administrator, credentialsPath } from "../identity/administrator.ts";
import { sha256 } from "../sigv4/signature.ts";
import { AS_ROLE, DENIED, keys, refusal, TestS3 } from "./testing.ts";
import type { Sent } from "./testing.ts";

const s3 = new TestS3("127.98.35");
const { account, machine, store } = s3;
const send = s3.send.bind(s3);

beforeAll(() => s3.open());
afterAll(() => s3.close());

it("puts, gets, tells and deletes an object, with its headers", async () => {
  const put = await send("/first/assets/a%20b.js", {
    method: "PUT",
    body: "let a;",
    headers: {
      "content-type": "text/javascript",
      "cache-control": "max-age=60",
      "x-amz-meta-colour": "blue",
      "x-amz-tagging": "kept=30",
    },
  });
  const etag = `"${createHash("md5").update("let a;").digest("hex")}"`;
  expect([put.status, put.headers.get("etag")]).toEqual([200, etag]);
  const got = await send("/first/assets/a%20b.js");
  expect([got.status, await got.text()]).toEqual([200, "let a;"]);
  expect(Object.fromEntries(got.headers)).toMatchObject({
    "content-type": "text/javascript",
    "cache-control": "max-age=60",
    "content-length": "6",
    etag,
    "x-amz-meta-colour": "blue",
    "x-amz-tagging-count": "1",
  });
  const head = await send("/first/assets/a%20b.js", { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "6", ""]);
  expect((await send("/first/assets/a%20b.js", { method: "DELETE" })).status).toBe(204);
  expect((await send("/first/assets/a%20b.js", { method: "DELETE" })).status).toBe(204);
  expect(await refusal(send("/first/assets/a%20b.js"))).toEqual([404, "NoSuchKey"]);
  expect((await send("/first/assets/a%20b.js", { method: "HEAD" })).status).toBe(404);
});

describe("of an object that is there", () => {
  beforeAll(() => send("/first/ten", { method: "PUT", body: "0123456789" }));

  it.each([
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=-2", 206, "89", "bytes 8-9/10"],
    ["bytes=5-99", 206, "56789", "bytes 5-9/10"],
    ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=4-2", 200, "0123456789", null],
    ["bytes=0-1,4-5", 200, "0123456789", null],
    ["lines=0-1", 200, "0123456789", null],
  ])("gives the part %s", async (range, status, body, contentRange) => {
    const answer = await send("/first/ten", { headers: { range } });
    expect([answer.status, await answer.text(), answer.headers.get("content-range")]).toEqual([
      status,
      body,
      contentRange,
    ]);
  });

  it("refuses a part that it has not, and gives the whole of another version", async () => {
    expect(await refusal(send("/first/ten", { headers: { range: "bytes=10-" } }))).toEqual([
      416,
      "InvalidRange",
    ]);
    const other = await send("/first/ten", { headers: { range: "bytes=2-4", "if-range": '"other"' } });
    expect([other.status, await other.text()]).toEqual([200, "0123456789"]);
  });

  it("answers 304 to who has it", async () => {
    const etag = (await send("/first/ten")).headers.get("etag") ?? "";
    expect((await send("/first/ten", { headers: { "if-none-match": etag } })).status).toBe(304);
    expect((await send("/first/ten", { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  });

  it("copies it with its headers, or onto itself with new ones", async () => {
    const copy = (target: string, headers: Readonly<Record<string, string>>) =>
      send(target, { method: "PUT", headers: { "x-amz-copy-source": "/first/ten", ...headers } });
    expect((await copy("/other/ten", {})).status).toBe(200);
    expect(await (await send("/other/ten")).text()).toBe("0123456789");
    expect(await refusal(copy("/first/ten", {}))).toEqual([400, "InvalidRequest"]);
    const replaced = { "x-amz-metadata-directive": "REPLACE", "content-type": "text/plain" };
    expect((await copy("/first/ten", replaced)).status).toBe(200);
    expect((await send("/first/ten")).headers.get("content-type")).toBe("text/plain");
    await send("/other/ten", { method: "DELETE" });
  });

  it("tells its tags, and none of what is not there", async () => {
    const tags = async (target: string) => (await send(`${target}?tagging`)).text();
    const tagging = (set: string) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<Tagging><TagSet>${set}</TagSet></Tagging>`;
    expect(await tags("/first/ten")).toBe(tagging(""));
    await send("/first/tagged", { method: "PUT", headers: { "x-amz-tagging": "twinstack%3Aa=1%262&b=" } });
    expect(await tags("/first/tagged")).toBe(
      tagging(
        "<Tag><Key>twinstack:a</Key><Value>1&amp;2</Value></Tag><Tag><Key>b</Key><Value></Value></Tag>",
      ),
    );
    await send("/first/tagged", { method: "DELETE" });
    expect(await refusal(send("/first/tagged?tagging"))).toEqual([404, "NoSuchKey"]);
    expect(await refusal(send("/first/ten?tagging", { method: "PUT" }))).toEqual([501, "NotImplemented"]);
  });

  it("is not written over by who wants to make it", async () => {
    const make = (target: string) =>
      send(target, { method: "PUT", body: "new", headers: { "if-none-match": "*" } });
    expect(await refusal(make("/first/ten"))).toEqual([412, "PreconditionFailed"]);
    expect(await (await send("/first/ten")).text()).toBe("0123456789");
    expect((await make("/first/made")).status).toBe(200);
    await send("/first/made", { method: "DELETE" });
  });
});

describe("lists", () => {
  beforeAll(async () => {
    for (const key of ["a/1", "a/2", "b", "c%26d", "%C3%BC"]) {
      await send(`/other/${key}`, { method: "PUT", body: key });
    }
  });

  it("a bucket's objects by prefix, folder and page", async () => {
    const list = async (query: string): Promise<string> => (await send(`/other?list-type=2${query}`)).text();
    expect(keys(await list(""))).toEqual(["a/1", "a/2", "b", "c&amp;d", "ü"]);
    expect(keys(await list("&encoding-type=url"))).toEqual(["a/1", "a/2", "b", "c%26d", "%C3%BC"]);
    expect(keys(await list("&prefix=a%2F"))).toEqual(["a/", "a/1", "a/2"]);
    expect([...keys(await list("&delimiter=%2F"))].sort()).toEqual(["a/", "b", "c&amp;d", "ü"]);
    const first = await list("&max-keys=2");
    expect([keys(first), first.includes("<IsTruncated>true<")]).toEqual([["a/1", "a/2"], true]);
    const token = /<NextContinuationToken>([^<]+)</.exec(first)?.[1] ?? "";
    expect(keys(await list(`&continuation-token=${token}`))).toEqual(["b", "c&amp;d", "ü"]);
  });

  it("the account's buckets, and tells of one whether it is there", async () => {
    const xml = await (await send("/")).text();
    expect([...xml.matchAll(/<Name>([^<]+)</g)].map(([, name]) => name)).toEqual(["first", "other"]);
    expect((await send("/other", { method: "HEAD" })).status).toBe(200);
    expect((await send("/nowhere", { method: "HEAD" })).status).toBe(404);
  });
});

describe("refuses", () => {
  it.each([
    ["a bucket that is not there", "/nowhere/a", {}, [404, "NoSuchBucket"]],
    ["an unknown key", "/first/a", { key: "AKIANOBODY" }, [403, "InvalidAccessKeyId"]],
    [
      "temporary credentials without their token",
      "/first/a",
      { key: "ASIATEMPORARY" },
      [400, "InvalidToken"],
    ],
    ["what the identity may not do", "/first/a", { ...AS_ROLE, method: "DELETE" }, DENIED],
    ["a multipart upload", "/first/a?uploads", { method: "POST" }, [501, "NotImplemented"]],
    [
      "a chunked upload",
      "/first/a",
      { method: "PUT", headers: { "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER" } },
      [501, "NotImplemented"],
    ],
    [
      "an access list",
      "/first/a",
      { method: "PUT", headers: { "x-amz-acl": "public-read" } },
      [501, "NotImplemented"],
    ],
    [
      "another body than the signed one",
      "/first/a",
      { method: "PUT", body: "a", headers: { "x-amz-content-sha256": sha256("b") } },
      [400, "XAmzContentSHA256Mismatch"],
    ],
    [
      "another body than the summed one",
      "/first/a",
      { method: "PUT", body: "a", headers: { "x-amz-checksum-crc32": "AAAAAA==" } },
      [400, "BadDigest"],
    ],
    [
      "a body that is too long",
      "/first/a",
      { method: "PUT", body: "a".repeat(100_001) },
      [400, "EntityTooLarge"],
    ],
    ["a call on the bucket", "/first?acl", {}, [501, "NotImplemented"]],
  ] as const)("%s", async (_what, target, sent: Sent, expected) => {
    expect(await refusal(send(target, sent))).toEqual(expected);
    expect(store.head("first", "a")).toBeUndefined();
  });

  it("who does not sign", async () => {
    expect(await refusal(fetch(`http://127.0.0.1:${s3.port}/first/ten`))).toEqual(DENIED);
  });

  it("what the bucket's policy denies even the account", async () => {
    const statement = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::first/locked/*",
    };
    const policy = account.make("aws:s3/bucketPolicy:BucketPolicy", {
      bucket: "first",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    expect(await refusal(send("/first/locked/a", { method: "PUT", body: "a" }))).toEqual(DENIED);
    expect((await send("/first/open", { method: "PUT", body: "a" })).status).toBe(200);
    account.remove(policy);
  });
});

it("takes a right sum", async () => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32("a"));
  const headers = { "x-amz-checksum-crc32": sum.toString("base64") };
  expect((await send("/first/summed", { method: "PUT", body: "a", headers })).status).toBe(200);
});

it("has a key pair for who administers the machine, and keeps it", () => {
  const { accessKeyId, secretAccessKey } = administrator(machine, account, () => undefined);
  expect(statSync(credentialsPath(machine)).mode & 0o777).toBe(0o600);
  expect(accessKeyId).toMatch(/^AKIA[0-9A-F]{16}$/);
  expect(secretAccessKey).toMatch(/^\S{40}$/);
  expect(readFileSync(credentialsPath(machine), "utf8")).toBe(
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  expect(administrator(machine, account, () => undefined)).toMatchObject({ accessKeyId, secretAccessKey });
});
