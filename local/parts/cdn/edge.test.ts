import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { JsonObject } from "../../region/protocol.ts";
import { until } from "../host/until.ts";
import { STATUS_SOCKET } from "./configuration.ts";
import { createDistributionDriver } from "./driver.ts";
import { behaviourSocket } from "./origin-server.ts";
import { TestEdge } from "./testing.ts";

const edge = new TestEdge("127.98.33");
const folder = (): string => join(edge.machine.dataDir("cdn"), "E1");
const configurationPath = (): string => join(folder(), "nginx.conf");
const resource = () => {
  const found = edge.record.get("E1");
  if (found === undefined) throw new Error("there is no distribution");
  return found;
};
const driver = () => createDistributionDriver(edge.context);

function api(): JsonObject {
  return { ...edge.behaviour({ cachePolicyId: "other" }), pathPattern: "/api/*" };
}

/** What nginx answers on one of the sockets in its folder. */
async function insideAnswer(socket: string, headers: Readonly<Record<string, string>>) {
  const asked = request({ socketPath: join(folder(), socket), path: "/inside", headers, agent: false }).end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return { headers: answer.headers, body: await text(answer) };
}

function folderOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
/** Workers of before a reload may end meanwhile. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Undefined for a process that has ended meanwhile. */
function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}

beforeAll(async () => {
  await edge.startOrigin();
  edge.cachePolicy("cached", [0, 60, 3600]);
  edge.cachePolicy("other", [0, 60, 3600], { queryStringsConfig: { queryStringBehavior: "all" } });
  await edge.apply(edge.distribution({ orderedCacheBehaviors: [api()] }));
});
afterAll(() => edge.close());
beforeEach(() => {
  edge.seen.length = 0;
  edge.answer = (_request, response, count) => void response.end(`answer ${count}`);
});

it("runs its workers as nobody of importance, and listens on loopback alone", async () => {
  const pid = edge.machine.processes.list()[0]?.pid ?? 0;
  const workers = (await edge.machine.run("ps", ["-o", "user=", "--ppid", String(pid)])).trim().split(/\s+/);
  expect(new Set(workers)).toEqual(new Set(["www-data"]));
  const port = new URL(edge.url).port;
  const listening = await edge.machine.run("ss", ["-Hltn", `sport = :${port}`]);
  const addresses = listening
    .trim()
    .split("\n")
    .map((line) => line.split(/\s+/)[3]);
  expect(new Set(addresses)).toEqual(new Set([`127.0.0.1:${port}`]));
});

it("invalidates paths and nothing else", async () => {
  const paths = ["/inv/a", "/inv/b", "/inv/b/c", "/api/x?q=1", "/api/x?q=2"];
  const states = () => Promise.all(paths.map((path) => edge.cache(path)));
  await states();
  expect(await states()).toEqual(["Hit", "Hit", "Hit", "Hit", "Hit"]);
  expect(edge.edge.invalidate("E1", ["/inv/a", "/api/x?q=2"])).toBe(2);
  expect(await states()).toEqual(["Miss", "Hit", "Hit", "Hit", "Miss"]);
  expect(edge.edge.invalidate("E1", ["/inv/b*"])).toBe(2);
  expect(await states()).toEqual(["Hit", "Miss", "Miss", "Hit", "Hit"]);
  expect(edge.edge.invalidate("E1", ["/*"])).toBe(5);
  expect(await states()).toEqual(["Miss", "Miss", "Miss", "Miss", "Miss"]);
  expect(() => edge.edge.invalidate("E1", ["inv"])).toThrow("invalid invalidation paths: inv");
});

it("keeps its port and its cache through a change, and drops nothing that is under way", async () => {
  const url = edge.url;
  await edge.cache("/kept");
  edge.answer = (_request, response) => void setTimeout(() => response.end("slow"), 700);
  const slow = edge.request("/under-way");
  await until("the request to reach the origin", 30_000, () =>
    edge.seen.some(({ target }) => target === "/under-way"),
  );
  await edge.apply({
    ...resource().inputs,
    orderedCacheBehaviors: [api()],
    comment: "changed",
    defaultRootObject: "start",
  });
  expect(edge.url).toBe(url);
  expect((await slow).body).toBe("slow");
  expect(await edge.cache("/kept")).toBe("Hit");
  edge.answer = (request, response) => void response.end(request.url);
  expect((await edge.request("/?a=b")).body).toBe("/start");
});

it("follows a policy and the load balancer's address within seconds", async () => {
  edge.answer = (request, response) => void response.end(request.url);
  expect((await edge.request("/follow?a=1")).body).toBe("/follow");
  edge.cachePolicy("cached", [0, 60, 3600], { queryStringsConfig: { queryStringBehavior: "all" } });
  await until(
    "the policy to be followed",
    30_000,
    async () => (await edge.request("/follow?a=2")).body === "/follow?a=2",
  );
  const name = "internal-edge-1.eu-central-1.elb.amazonaws.com";
  await edge.machine.dns.remove(name);
  await until(
    "nobody to be found",
    30_000,
    async () => (await edge.request(`/gone-${Date.now()}`)).status === 502,
  );
  await edge.machine.dns.set(name, ["127.0.0.1"]);
  await until(
    "it to be found again",
    30_000,
    async () => (await edge.request(`/back-${Date.now()}`)).status === 200,
  );
});

it("keeps no answer that one half got by other rules than the other made the key by", async () => {
  edge.answer = (request, response) => {
    response.setHeader("x-version-seen", String(request.headers["x-twinstack-version"]));
    response.end("answer");
  };
  const version = await insideAnswer(STATUS_SOCKET, {});
  const inner = (of: string) => insideAnswer(behaviourSocket(0), { "x-twinstack-version": of });
  expect((await inner(version.body)).headers).toMatchObject({
    "x-accel-expires": "60",
    "x-version-seen": "undefined",
  });
  expect((await inner("of-before")).headers["x-accel-expires"]).toBe("0");
});

it("says once why it cannot follow a change, and goes on as it was", async () => {
  // What was changed before is served by now, and by every worker.
  await edge.apply(resource().inputs);
  const policy = edge.record.get("other");
  edge.record.delete("other");
  const said = () => edge.logged.filter((line) => line.includes("The cache policy does not exist. (other)"));
  await until("it to be said", 30_000, () => said().length > 0);
  expect((await edge.request("/goes-on")).status).toBe(200);
  edge.put("aws:cloudfront/cachePolicy:CachePolicy", "other", policy?.inputs ?? {});
  edge.cachePolicy("cached", [0, 30, 3600]);
  await until("it to follow again", 30_000, () =>
    readFileSync(configurationPath(), "utf8").includes('"|" 30;'),
  );
  edge.cachePolicy("cached", [0, 60, 3600], { queryStringsConfig: { queryStringBehavior: "all" } });
  await until(
    "it to be as before",
    30_000,
    () => !readFileSync(configurationPath(), "utf8").includes('"|" 30;'),
  );
  expect(said().length).toBe(1);
});

it("comes back by itself when it is killed, master or worker, cache and all", async () => {
  await edge.cache("/survives");
  const workers = (await edge.machine.run("pgrep", ["-P", String(edge.machine.processes.list()[0]?.pid)]))
    .trim()
    .split("\n");
  for (const worker of workers) kill(Number(worker));
  await until(
    "it to serve again",
    30_000,
    async () => (await edge.cache("/survives").catch(() => "")) === "Hit",
  );
  process.kill(edge.machine.processes.list()[0]?.pid ?? 0, "SIGKILL");
  await until("the end of the master", 30_000, () => !edge.machine.processes.running("cdn-e1/nginx"));
  await until("it to be started again", 30_000, () => edge.machine.processes.running("cdn-e1/nginx"));
  await until(
    "it to serve again",
    30_000,
    async () => (await edge.cache("/survives").catch(() => "")) === "Hit",
  );
  const strays = (): readonly string[] => {
    const master = edge.machine.processes.list()[0]?.pid;
    const mine = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && folderOf(pid) === folder());
    return mine.filter((pid) => {
      const parent = parentOf(pid);
      return parent !== undefined && Number(pid) !== master && parent !== master;
    });
  };
  await until("the old master's workers to go", 30_000, () => strays().length === 0);
  await until(
    "it to serve again",
    30_000,
    async () => (await edge.cache("/survives").catch(() => "")) === "Hit",
  );
});

describe("an administrator's hand", () => {
  it("shows in the behaviour that was edited, stays, and is mended by an update", async () => {
    expect(await driver().observe?.(resource())).toEqual({});
    const written = readFileSync(configurationPath(), "utf8");
    const [before = "", ...after] = written.split("# > /api/*");
    writeFileSync(
      configurationPath(),
      [before, ...after.map((text) => text.replace(/"\|" 60;/, '"|" 61;'))].join("# > /api/*"),
    );
    const observed = await driver().observe?.(resource());
    expect(observed).toEqual({
      inputs: {
        orderedCacheBehaviors: [
          { ...api(), cachePolicyId: expect.stringMatching(/^edited-in-nginx-[0-9a-f]{8}$/) as string },
        ],
      },
    });
    await until("the region to have seen it", 30_000, () =>
      edge.logged.some((line) => line.includes("was edited by hand")),
    );
    expect(await driver().observe?.(resource())).toEqual(observed);
    await edge.apply(resource().inputs);
    expect(await driver().observe?.(resource())).toEqual({});
    expect(readFileSync(configurationPath(), "utf8")).toBe(written);
  });

  it("shows outside the behaviours in the comment", async () => {
    appendFileSync(configurationPath(), "# by hand\n");
    expect(await driver().observe?.(resource())).toEqual({
      inputs: { comment: expect.stringMatching(/^edited-in-nginx-/) as string },
    });
    await edge.apply(resource().inputs);
  });

  it("that removes the folder's configuration removes the distribution", async () => {
    expect(await driver().present(resource())).toBe(true);
    rmSync(configurationPath());
    expect(await driver().present(resource())).toBe(false);
    await edge.apply(resource().inputs);
    expect(await driver().present(resource())).toBe(true);
  });
});

it("is taken over by the next region, edited or not", async () => {
  const pid = edge.machine.processes.list()[0]?.pid;
  await edge.edge.close();
  await driver().adopt(resource(), () => undefined);
  expect(edge.machine.processes.list()[0]?.pid).toBe(pid);
  expect((await edge.request("/adopted")).status).toBe(200);
});

it("writes CloudFront's log, once logging is configured", async () => {
  await edge.apply({ ...resource().inputs, loggingConfig: { bucket: "logs.s3.amazonaws.com" } });
  await edge.request("/logged?a=b", { headers: { "user-agent": "a test" } });
  const log = join(folder(), "access.log");
  await until(
    "the line to be there",
    30_000,
    () => existsSync(log) && readFileSync(log, "utf8").includes("/logged"),
  );
  const fields = readFileSync(log, "utf8").trim().split("\n").at(-1)?.split("\t") ?? [];
  expect(fields.slice(5, 9)).toEqual(["GET", "d1.cloudfront.net", "/logged", "200"]);
  expect(fields.slice(10, 14)).toEqual(["a test", "a=b", "-", "Miss"]);
  expect(`${fields[0]}T${fields[1]}`).toBe(new Date(`${fields[0]}T${fields[1]}Z`).toISOString().slice(0, 19));
});

it("leaves nothing when it is deleted", async () => {
  const { pid = 0 } = edge.machine.processes.list()[0] ?? {};
  await driver().delete(resource(), () => undefined);
  edge.record.delete("E1");
  expect(existsSync(folder())).toBe(false);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  await driver().delete({ urn: "u", type: "t", id: "E1", inputs: {}, outputs: {} }, () => undefined);
});
