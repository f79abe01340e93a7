import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { buildImageFolder } from "../../app/api/src/testing/built-image.ts";
import { BUCKET, REGION, startBucketServer, type BucketServer } from "./bucket-server.ts";

const TOKEN = "token-of-the-pod";

let bucket: BucketServer;
let image: ReturnType<typeof buildImageFolder>;
let agent: Server;
let folder: string;
/** As the webhook of EKS Pod Identity sets it. */
let identity: Readonly<Record<string, string>>;

beforeAll(async () => {
  bucket = await startBucketServer();
  image = buildImageFolder();
  // What the agent on each node answers: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
  agent = createServer(({ url, headers }, response) => {
    const known = url === "/v1/credentials" && headers.authorization === TOKEN;
    const expires = new Date(Date.now() + 6 * 3600_000).toISOString();
    response.writeHead(known ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify(known ? { ...bucket.credentials, Expiration: expires } : {}));
  }).listen(0, "127.0.0.1");
  await once(agent, "listening");
  folder = mkdtempSync(join(tmpdir(), "twinstack-token-"));
  writeFileSync(join(folder, "token"), TOKEN);
  identity = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(agent.address() as AddressInfo).port}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, "token"),
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
  };
});
beforeEach(() => bucket.reset());
afterAll(async () => {
  agent.closeAllConnections();
  agent.close();
  image.remove();
  rmSync(folder, { recursive: true });
  await bucket.close();
});

/** The program as the image has it: exit code, what it logged, what it complained about. */
async function run(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(image.path, "upload-assets.js")], {
    env: { AWS_REGION: REGION, ASSETS_BUCKET: BUCKET, APP_COLOUR: "green", HOME: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [logged, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  const lines = logged.split("\n").filter((line) => line !== "");
  return { code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), errors };
}

it("puts up every hashed file of the image with the pod's own identity, and no compressed twin", async () => {
  const built = readdirSync(join(image.path, "web/assets"));
  const plain = built.filter((name) => !/\.(br|gz)$/.test(name)).sort();
  const withoutHash = plain.map((name) => name.replace(/-[\w-]{8}\./, "."));
  expect(withoutHash.sort()).toEqual(["favicon.svg", "index.css", "index.js"]);
  expect(built.length).toBeGreaterThan(plain.length);

  const first = await run(identity);
  expect(first).toMatchObject({ code: 0, errors: "" });
  expect(first.lines).toMatchObject([
    { level: "info", message: "assets uploaded", colour: "green", renewed: [], present: 0 },
  ]);
  expect([...(first.lines[0]?.["added"] as string[])].sort()).toEqual(plain);
  const types = {
    svg: "image/svg+xml",
    css: "text/css; charset=utf-8",
    js: "text/javascript; charset=utf-8",
  };
  expect(bucket.store.list(BUCKET).map(({ key, metadata }) => [key, metadata.contentType])).toEqual(
    plain.map((name) => [`assets/${name}`, types[name.split(".").at(-1) as keyof typeof types]]),
  );

  const second = await run(identity);
  expect(second).toMatchObject({ code: 0, errors: "", lines: [{ added: [], renewed: [], present: 3 }] });
});

it("fails in words without an identity, and uploads nothing", async () => {
  const { code, errors, lines } = await run({
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
    AWS_EC2_METADATA_DISABLED: "true",
  });
  expect([code, lines]).toEqual([1, []]);
  expect(errors).toMatch(
    /^Error: s3:\/\/quiz-assets\/assets\/[\w.-]+ could not be read: Could not load credentials from any providers\n$/,
  );
  expect(bucket.requests).toEqual([]);
});

it("says which bucket it cannot find, and where nobody listens", async () => {
  const missing = await run({ ...identity, ASSETS_BUCKET: "no-such-bucket" });
  expect(missing.code).toBe(1);
  expect(missing.errors).toMatch(
    /^Error: s3:\/\/no-such-bucket\/assets\/[\w.-]+ could not be read: 404 NoSuchBucket: The specified bucket does not exist\n$/,
  );
  const nobody = await run({ ...identity, AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1" });
  expect(nobody.code).toBe(1);
  expect(nobody.errors).toMatch(/could not be read: connect ECONNREFUSED 127\.0\.0\.1:1\n$/);
});

it("says what is wrong with its environment", async () => {
  expect(await run({ ...identity, ASSETS_BUCKET: "" })).toEqual({
    code: 1,
    lines: [],
    errors: 'The configuration is not usable:\n  ASSETS_BUCKET="": write the name of the assets bucket.\n',
  });
});
