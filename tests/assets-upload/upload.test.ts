import type { ServerResponse } from "node:http";
import { AssetsBucket } from "../../app/api/src/assets-upload/bucket.ts";
import { uploadAssets } from "../../app/api/src/assets-upload/upload.ts";
import type { StaticFile } from "../../app/api/src/static.ts";
import { testLogger } from "../../app/api/src/testing/log-lines.ts";
import { SUPERSEDED_TAG } from "../../infra/edge/assets-bucket.ts";
import { BUCKET, clientEnvironment, REGION, startBucketServer, type BucketServer } from "./bucket-server.ts";

const CACHE_CONTROL = "public, max-age=31536000, immutable";
const SUPERSEDED = { [SUPERSEDED_TAG.key]: SUPERSEDED_TAG.value };

let server: BucketServer;
const before = { ...process.env };
beforeAll(async () => {
  server = await startBucketServer();
  Object.assign(process.env, clientEnvironment(server));
});
beforeEach(() => server.reset());
afterAll(async () => {
  process.env = before;
  await server.close();
});

function asset(text: string, type = "text/javascript; charset=utf-8"): StaticFile {
  const body = Buffer.from(text);
  const twin = { encoding: "br", body: Buffer.from("compressed"), etag: '"twin"' };
  const identity = { encoding: "identity", body, etag: '"identity"' };
  return { type, cacheControl: CACHE_CONTROL, compressed: [twin], identity };
}

/** As any release may have put it there. */
function stored(name: string, text: string, metadata: object = {}): void {
  server.store.put(BUCKET, `assets/${name}`, Buffer.from(text), {
    contentType: "text/javascript; charset=utf-8",
    cacheControl: CACHE_CONTROL,
    user: {},
    tags: {},
    ...metadata,
  });
}

/** Every object: its text, type, Cache-Control and tags. */
function objects() {
  return Object.fromEntries(
    server.store.list(BUCKET).map(({ key, metadata: { contentType, cacheControl, tags } }) => {
      const text = server.store.get(BUCKET, key)?.bytes.toString();
      return [key, [text, contentType, cacheControl, tags]];
    }),
  );
}

const puts = () => server.requests.filter((request) => request.startsWith("PUT"));

/** What it logged; rejects as the upload does. */
async function upload(assets: Readonly<Record<string, StaticFile>>) {
  const { lines, logger } = testLogger();
  const bucket = new AssetsBucket(BUCKET, REGION);
  try {
    await uploadAssets(new Map(Object.entries(assets)), bucket, logger);
  } finally {
    bucket.close();
  }
  return lines.map(({ message, added, renewed, present }) => ({ message, added, renewed, present }));
}

const logged = (added: readonly string[], renewed: readonly string[], present: number) => [
  { message: "assets uploaded", added, renewed, present },
];

it("puts up each file with its headers, and none a second time", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `part-${index}-Ab12.js`);
  const assets = Object.fromEntries(names.map((name) => [name, asset(`// ${name}`)]));
  const style = { "style-Cd34.css": asset("a{}", "text/css; charset=utf-8") };
  expect(await upload({ ...assets, ...style })).toEqual(logged([...names, "style-Cd34.css"], [], 0));
  expect(objects()).toEqual({
    ...Object.fromEntries(
      names.map((name) => [
        `assets/${name}`,
        [`// ${name}`, "text/javascript; charset=utf-8", CACHE_CONTROL, {}],
      ]),
    ),
    "assets/style-Cd34.css": ["a{}", "text/css; charset=utf-8", CACHE_CONTROL, {}],
  });

  const made = server.store.list(BUCKET);
  server.requests.length = 0;
  expect(await upload({ ...assets, ...style })).toEqual(logged([], [], 31));
  expect(puts()).toEqual([]);
  expect(server.store.list(BUCKET)).toEqual(made);
});

it("has eight requests open at once, and not one more", async () => {
  let [open, whenReleased] = [0, 0];
  const release = new Set<() => void>();
  server.interrupt(async ({ url }, response) => {
    if (url === "/settled") {
      response.writeHead(204).end();
      return true;
    }
    if (++open <= 8) {
      const released = new Promise<void>((resolve) => release.add(resolve));
      // Whatever else was sent has come when one more request has been there and back.
      if (open === 8) void fetch(`${server.endpoint}/settled`).then(() => release.forEach((each) => each()));
      await released;
      whenReleased ||= open;
    }
    return false;
  });
  const names = Array.from({ length: 20 }, (_, index) => `part-${index}-Ab12.js`);
  await upload(Object.fromEntries(names.map((name) => [name, asset(name)])));
  expect(whenReleased).toBe(8);
  expect(server.store.list(BUCKET)).toHaveLength(20);
});

it("only adds: what other releases have stays, tagged or not", async () => {
  stored("old-Ab12.js", "old");
  stored("older-Ab12.js", "older", { tags: SUPERSEDED });
  const others = objects();
  expect(await upload({ "new-Ab12.js": asset("new") })).toEqual(logged(["new-Ab12.js"], [], 0));
  expect(objects()).toEqual({
    ...others,
    "assets/new-Ab12.js": ["new", "text/javascript; charset=utf-8", CACHE_CONTROL, {}],
  });
});

it("refuses other content below a name, names all of it, and writes nothing", async () => {
  stored("a-Ab12.js", "theirs");
  stored("b-Ab12.js", "theirs", { tags: SUPERSEDED });
  const was = objects();
  const assets = { "a-Ab12.js": asset("ours"), "b-Ab12.js": asset("ours"), "c-Ab12.js": asset("new") };
  await expect(upload(assets)).rejects.toThrow(
    "s3://quiz-assets/assets/a-Ab12.js, s3://quiz-assets/assets/b-Ab12.js: there with another content than this " +
      "image's. Pages that are open ask for what is there, so it is not written over: build the image so that other " +
      "content has another name.",
  );
  expect(objects()).toEqual(was);
  expect(puts()).toEqual([]);
});

it.each([
  ["is superseded", { tags: SUPERSEDED }],
  ["has other headers", { contentType: "binary/octet-stream", cacheControl: "no-store" }],
])("writes an object anew that %s, without the tag", async (_what, metadata) => {
  stored("a-Ab12.js", "same", metadata);
  stored("b-Ab12.js", "same", { tags: { team: "other" } });
  expect(await upload({ "a-Ab12.js": asset("same"), "b-Ab12.js": asset("same") })).toEqual(
    logged([], ["a-Ab12.js"], 1),
  );
  expect(puts()).toEqual(["PUT /quiz-assets/assets/a-Ab12.js?x-id=PutObject"]);
  expect(objects()).toEqual({
    "assets/a-Ab12.js": ["same", "text/javascript; charset=utf-8", CACHE_CONTROL, {}],
    "assets/b-Ab12.js": ["same", "text/javascript; charset=utf-8", CACHE_CONTROL, { team: "other" }],
  });
});

describe("an object that another release makes at the same moment", () => {
  const refuse = (response: ServerResponse): true => {
    const code = "<Error><Code>ConditionalRequestConflict</Code><Message>In the way.</Message></Error>";
    response.writeHead(409, { "content-type": "application/xml" }).end(code);
    return true;
  };
  /** It comes between the first look and the write. */
  function meanwhile(text: string, metadata: object = {}, conflict = false): void {
    server.interrupt(({ method }, response) => {
      if (method !== "PUT" || server.store.list(BUCKET).length > 0) return false;
      stored("a-Ab12.js", text, metadata);
      return conflict && refuse(response);
    });
  }

  it.each([
    ["before", false],
    ["while", true],
  ])("with the same content is as good as its own (%s it writes)", async (_when, conflict) => {
    meanwhile("same", {}, conflict);
    expect(await upload({ "a-Ab12.js": asset("same") })).toEqual(logged(["a-Ab12.js"], [], 0));
    expect(puts()).toHaveLength(1);
  });

  it("is written anew when it is superseded", async () => {
    meanwhile("same", { tags: SUPERSEDED });
    await upload({ "a-Ab12.js": asset("same") });
    expect(objects()["assets/a-Ab12.js"]?.[3]).toEqual({});
  });

  it("is written when the other one gives up", async () => {
    let refused = false;
    server.interrupt(({ method }, response) => {
      if (method !== "PUT" || refused) return false;
      refused = true;
      return refuse(response);
    });
    expect(await upload({ "a-Ab12.js": asset("new") })).toEqual(logged(["a-Ab12.js"], [], 0));
    expect(objects()["assets/a-Ab12.js"]?.[0]).toBe("new");
  });

  it("is given up when there is never one, and always somebody in the way", async () => {
    server.interrupt(({ method }, response) => method === "PUT" && refuse(response));
    await expect(upload({ "a-Ab12.js": asset("new") })).rejects.toThrow(
      "s3://quiz-assets/assets/a-Ab12.js could not be written: S3 says that others write it, and it is not there.",
    );
    expect(puts()).toHaveLength(3);
  });

  it("is refused with other content", async () => {
    meanwhile("theirs");
    await expect(upload({ "a-Ab12.js": asset("ours") })).rejects.toThrow("s3://quiz-assets/assets/a-Ab12.js");
    expect(objects()["assets/a-Ab12.js"]?.[0]).toBe("theirs");
  });
});

it("tries again when S3 asks to slow down", async () => {
  let refused = 0;
  server.interrupt(({ method }, response) => {
    if (method !== "PUT" || ++refused > 2) return false;
    const code = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
    response.writeHead(503, { "content-type": "application/xml" }).end(code);
    return true;
  });
  expect(await upload({ "a-Ab12.js": asset("new") })).toEqual(logged(["a-Ab12.js"], [], 0));
  expect(puts()).toHaveLength(3);
});
