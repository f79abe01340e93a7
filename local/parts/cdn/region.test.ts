/** A distribution in a real region, with the supervision and the record that the platform has. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { callRegion } from "../../region/client.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import { SandboxedRegion } from "../../region/testing/sandboxed-region.ts";
import { identify } from "../host/process-identity.ts";
import { tracesOf } from "../host/testing/observe.ts";
import { until } from "../host/until.ts";

const region = new SandboxedRegion();
const { sandbox } = region;
let distribution: StoredResource;
let url = "";

const make = (type: string, inputs: JsonObject): Promise<StoredResource> =>
  callRegion("aws/create", { urn: `u:${type}`, type, inputs });

function inputs(cachePolicyId: string, originAccessControlId: string): JsonObject {
  return {
    enabled: true,
    origins: [
      { originId: "files", domainName: "files-1.s3.eu-central-1.amazonaws.com", originAccessControlId },
    ],
    defaultCacheBehavior: {
      targetOriginId: "files",
      viewerProtocolPolicy: "allow-all",
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
      cachePolicyId,
    },
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: { cloudfrontDefaultCertificate: true },
  };
}

beforeAll(async () => {
  await region.start();
  await make("aws:s3/bucket:Bucket", { bucket: "files-1" });
  for (const key of ["a.txt", "b.txt"]) {
    const type = "aws:s3/bucketObjectv2:BucketObjectv2";
    await callRegion("aws/create", {
      urn: `u:${key}`,
      type,
      inputs: { bucket: "files-1", key, content: `file ${key}`, cacheControl: "max-age=3600" },
    });
  }
  const cache = await make("aws:cloudfront/cachePolicy:CachePolicy", {
    name: "files",
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 3600,
    parametersInCacheKeyAndForwardedToOrigin: {
      headersConfig: { headerBehavior: "none" },
      cookiesConfig: { cookieBehavior: "none" },
      queryStringsConfig: { queryStringBehavior: "none" },
    },
  });
  const access = await make("aws:cloudfront/originAccessControl:OriginAccessControl", {
    name: "files",
    originAccessControlOriginType: "s3",
    signingBehavior: "always",
    signingProtocol: "sigv4",
  });
  distribution = await make("aws:cloudfront/distribution:Distribution", inputs(cache.id, access.id));
  const statement = {
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::files-1/*",
    Condition: { StringEquals: { "aws:SourceArn": distribution.outputs["arn"] as string } },
  };
  await make("aws:s3/bucketPolicy:BucketPolicy", {
    bucket: "files-1",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  url = `http://${distribution.outputs["domainName"] as string}`;
});

afterAll(async () => {
  await region.clear();
  expect(tracesOf(sandbox)).toEqual([]);
});

/** Status and `X-Cache` of one request on a connection of its own; 0 when there is none. */
function get(path: string): Promise<readonly [number, string]> {
  return new Promise((resolve) => {
    request(`${url}${path}`, { agent: false }, (answer) => {
      answer.resume();
      answer.on("end", () =>
        resolve([answer.statusCode ?? 0, String(answer.headers["x-cache"]).replace(" from cloudfront", "")]),
      );
    })
      .on("error", () => resolve([0, ""]))
      .end();
  });
}

async function processes() {
  return (await callRegion("status", {})).hosts.flatMap((host) => host.processes);
}

async function nginx(): Promise<number> {
  const pid = (await processes()).find(({ name }) => name.startsWith("cdn-"))?.pid;
  if (pid === undefined) throw new Error("no nginx is supervised");
  return pid;
}

const read = (): Promise<StoredResource | null> =>
  callRegion("aws/read", { type: distribution.type, id: distribution.id });
const configuration = (): string => join(sandbox.stateDir, "cdn", distribution.id, "nginx.conf");

it("serves the bucket, the second time from the cache, and the bucket itself refuses who does not sign", async () => {
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect([await get("/a.txt"), await get("/a.txt")]).toEqual([
    [200, "Miss"],
    [200, "Hit"],
  ]);
  const { awsEndpoint } = await callRegion("status", {});
  expect((await fetch(`${awsEndpoint ?? ""}/files-1/a.txt`)).status).toBe(403);
});

it("comes back by itself, cache and all, when nginx is killed", async () => {
  const before = await nginx();
  const workers = execFileSync("pgrep", ["-P", String(before)])
    .toString()
    .trim()
    .split("\n")
    .map(Number);
  process.kill(before, "SIGKILL");
  // They live on, with the port, until the next master is started.
  await until("the old workers to end", 30_000, () => workers.every((pid) => identify(pid) === undefined));
  await until("another nginx to serve", 30_000, async () => (await get("/a.txt"))[1] === "Hit");
  expect(await nginx()).not.toBe(before);
  expect(await read()).toEqual(distribution);
});

it("goes on serving while the region is dead, and is taken over by the next one as it is", async () => {
  const before = await nginx();
  const { pid } = await callRegion("status", {});
  process.kill(pid, "SIGKILL");
  await until("the region to end", 30_000, () => identify(pid) === undefined);
  expect(await get("/a.txt")).toEqual([200, "Hit"]);
  await region.start();
  expect(await read()).toEqual(distribution);
  expect(await nginx()).toBe(before);
  expect([await get("/a.txt"), await get("/b.txt"), await get("/b.txt")]).toEqual([
    [200, "Hit"],
    [200, "Miss"],
    [200, "Hit"],
  ]);
});

it("is started anew by the next region when nginx died with the last", async () => {
  const before = await nginx();
  const { pid } = await callRegion("status", {});
  process.kill(pid, "SIGKILL");
  await until("the region to end", 30_000, () => identify(pid) === undefined);
  process.kill(before, "SIGKILL");
  await region.start();
  expect(await read()).toEqual(distribution);
  await until("it to serve", 30_000, async () => (await get("/a.txt"))[1] === "Hit");
  expect(await nginx()).not.toBe(before);
});

it("shows an edit by hand to refresh, also after a restart of the region, and update mends it", async () => {
  const written = readFileSync(configuration(), "utf8");
  writeFileSync(configuration(), written.replace("proxy_cache edge;", "proxy_cache off;"));
  const drifted = await read();
  expect(drifted?.inputs["defaultCacheBehavior"]).toEqual({
    ...(distribution.inputs["defaultCacheBehavior"] as JsonObject),
    cachePolicyId: expect.stringMatching(/^edited-in-nginx-[0-9a-f]{8}$/),
  });
  process.kill(await nginx(), "SIGHUP");
  await until("the edit to be in force", 30_000, async () => (await get("/a.txt"))[1] === "Miss");
  const { pid } = await callRegion("status", {});
  process.kill(pid, "SIGKILL");
  await until("the region to end", 30_000, () => identify(pid) === undefined);
  await region.start();
  expect(await read()).toEqual(drifted);
  const { type, id, inputs: wanted } = distribution;
  await callRegion("aws/update", { type, id, inputs: wanted });
  expect(readFileSync(configuration(), "utf8")).toBe(written);
  expect((await read())?.inputs).toEqual(wanted);
  expect(await get("/a.txt")).toEqual([200, "Hit"]);
});

it("that was removed by hand is gone for refresh, and leaves nothing when it is deleted", async () => {
  rmSync(configuration());
  expect(await read()).toBeNull();
  const { type, id } = distribution;
  await callRegion("aws/delete", { type, id });
  expect(await get("/a.txt")).toEqual([0, ""]);
  expect(await processes()).toEqual([]);
});
