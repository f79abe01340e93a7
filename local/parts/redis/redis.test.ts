import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { Redis } from "ioredis";

import { REPLICATION_GROUP } from "../../aws/services/elasticache/references.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { hostPrefix } from "./group-input.ts";
import { TestRegion, TOKEN } from "./testing.ts";

// Real hosts and processes.

const region = new TestRegion();
let cache: StoredResource;
let queue: StoredResource;

beforeAll(async () => {
  await region.start();
  region.parameters("lru", { "maxmemory-policy": "allkeys-lru", "notify-keyspace-events": "KEA" });
  region.parameters("keep", { "maxmemory-policy": "noeviction", timeout: "300" });
  [cache, queue] = await Promise.all([
    region.group("cache", { parameterGroupName: "lru" }),
    region.group("queue", { parameterGroupName: "keep" }),
  ]);
});
afterAll(() => region.stop());

const field = async (client: Redis, section: string, name: string): Promise<string | undefined> =>
  new RegExp(`^${name}:(.*?)\r?$`, "m").exec(await client.info(section))?.[1];

describe("a replication group", () => {
  it("has a node in each zone, and a reader that follows the primary", async () => {
    const hosts = region.machine.hosts.list().filter(({ name }) => name.startsWith(hostPrefix("cache")));
    expect(hosts.map(({ zone }) => zone).sort()).toEqual(["eu-central-1a", "eu-central-1b"]);
    const primary = await region.connect(cache);
    const reader = await region.connect(cache, "reader");
    expect(await field(primary, "replication", "role")).toBe("master");
    expect(await field(reader, "replication", "role")).toBe("slave");
    await primary.set("greeting", "hello");
    expect(await primary.call("WAIT", "1", "2000")).toBe(1);
    expect(await reader.get("greeting")).toBe("hello");
    await expect(reader.set("greeting", "no")).rejects.toThrow("READONLY");
  });

  it("refuses a client without TLS, without the token, with a wrong one, and under another name", async () => {
    const right = await region.options(cache);
    const { password: _password, ...withoutToken } = right;
    const { tls: _tls, ...inClear } = right;
    expect(await region.answer(right)).toBe("PONG");
    expect(await region.answer(withoutToken)).toMatch(/^NOAUTH/);
    expect(await region.answer({ ...right, password: `${TOKEN}x` })).toMatch(/^WRONGPASS/);
    expect(await region.answer(inClear)).toMatch(/ECONNRESET|Connection is closed/);
    const { ca: _ca, ...untrusting } = right.tls ?? {};
    expect(await region.answer({ ...right, tls: untrusting })).toBe(
      "self-signed certificate in certificate chain",
    );
    const elsewhere = { ...right.tls, servername: "master.other.cache.amazonaws.com" };
    expect(await region.answer({ ...right, tls: elsewhere })).toMatch(/does not match certificate/);
  });

  it.each<[string, ...string[]]>([
    ["CONFIG", "GET", "maxmemory"],
    ["DEBUG", "SLEEP", "0"],
    ["REPLICAOF", "NO", "ONE"],
    ["SLAVEOF", "NO", "ONE"],
    ["SAVE"],
    ["BGSAVE"],
    ["BGREWRITEAOF"],
    ["SHUTDOWN"],
    ["SYNC"],
    ["PSYNC", "?", "-1"],
    ["MIGRATE", "h", "1", "k", "0", "1"],
    ["ACL", "SETUSER", "me", "on", "nopass", "+@all"],
    ["FAILOVER"],
    ["MODULE", "LIST"],
  ])("refuses clients %s", async (command, ...args) => {
    const client = await region.connect(cache);
    await expect(client.call(command, ...args)).rejects.toThrow(/NOPERM|DEBUG command not allowed/);
    client.disconnect();
  });

  it("evicts in the cache and refuses in the queue when memory is full", async () => {
    const [inCache, inQueue] = [await region.connect(cache), await region.connect(queue)];
    expect(await field(inCache, "memory", "maxmemory_policy")).toBe("allkeys-lru");
    expect(await field(inQueue, "memory", "maxmemory_policy")).toBe("noeviction");
    // cache.t4g.micro: 512 MiB, a sixteenth of it here, less 25 % reserved.
    expect(await field(inQueue, "memory", "maxmemory")).toBe(String(24 * 1024 ** 2));
    const fill = async (client: Redis): Promise<void> => {
      const block = "x".repeat(512 * 1024);
      for (let index = 0; index < 64; index += 1) await client.set(`block-${index}`, block);
    };
    await fill(inCache);
    expect(Number(await field(inCache, "stats", "evicted_keys"))).toBeGreaterThan(0);
    await expect(fill(inQueue)).rejects.toThrow(/^OOM/);
    expect(await field(inQueue, "stats", "evicted_keys")).toBe("0");
    await Promise.all([inCache.flushall(), inQueue.flushall()]);
  });

  it("keeps its secrets out of arguments, and in files that are its own", () => {
    const folder = join(region.machine.dataDir("redis"), hostPrefix("cache"));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(4);
    for (const { parentPath, name } of files) {
      expect([name, statSync(join(parentPath, name)).mode & 0o077]).toEqual([name, 0]);
      expect(readFileSync(join(parentPath, name), "utf8")).not.toContain(TOKEN);
    }
    for (const { pid, running } of region.machine.processes.list()) {
      if (!running) continue;
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (line.includes("redis")) expect(status).not.toMatch(/^Uid:\t0/m);
    }
  });

  it("rotates the token: both for a while, then the new one alone", async () => {
    const next = `${TOKEN}Next`;
    await region.update(queue, { authToken: next, authTokenUpdateStrategy: "ROTATE" });
    for (const token of [TOKEN, next])
      expect(await (await region.connect(queue, "primary", token)).ping()).toBe("PONG");
    await region.update(queue, { authTokenUpdateStrategy: "SET" });
    expect(await (await region.connect(queue, "reader", next)).ping()).toBe("PONG");
    expect(await region.answer(await region.options(queue))).toMatch(/^WRONGPASS/);
    await region.update(queue, { authToken: TOKEN });
  });
});

describe("parameters", () => {
  it("take effect on running nodes, and back to the default", async () => {
    const [group] = region.account.all("aws:elasticache/parameterGroup:ParameterGroup");
    if (group === undefined) throw new Error("no parameter group");
    const client = await region.connect(cache);
    await region.update(group, { parameters: [{ name: "maxmemory-policy", value: "allkeys-lfu" }] });
    expect(await field(client, "memory", "maxmemory_policy")).toBe("allkeys-lfu");
    expect(await region.driver(group.type).observe?.(recorded(group))).toEqual({});
    await region.update(group, { parameters: [] });
    expect(await field(client, "memory", "maxmemory_policy")).toBe("volatile-lru");
    await region.update(group, { parameters: group.inputs["parameters"] ?? [] });
    expect(await field(client, "memory", "maxmemory_policy")).toBe("allkeys-lru");
  });

  it("are waited for on a node that answers late", async () => {
    const [group] = region.account.all("aws:elasticache/parameterGroup:ParameterGroup");
    if (group === undefined) throw new Error("no parameter group");
    const nodes = region.machine.processes.list().filter(({ name }) => name.startsWith(hostPrefix("cache")));
    expect(nodes).toHaveLength(2);
    for (const { pid } of nodes) process.kill(pid, "SIGSTOP");
    // Longer than one command may take, shorter than what counts as a node that hangs.
    const late = delay(2000).then(() => nodes.forEach(({ pid }) => process.kill(pid, "SIGCONT")));
    await Promise.all([
      late,
      region.update(group, { parameters: [{ name: "maxmemory-policy", value: "allkeys-lfu" }] }),
    ]);
    const client = await region.connect(cache);
    expect(await field(client, "memory", "maxmemory_policy")).toBe("allkeys-lfu");
    await region.update(group, { parameters: group.inputs["parameters"] ?? [] });
  });

  it("that were changed by hand read so, until an update mends them", async () => {
    const [group] = region.account.all("aws:elasticache/parameterGroup:ParameterGroup");
    if (group === undefined) throw new Error("no parameter group");
    const node = join(region.machine.dataDir("redis"), hostPrefix("cache"));
    const { passwords, primary } = JSON.parse(readFileSync(join(node, "group.json"), "utf8")) as {
      primary: string;
      passwords: { region: string };
    };
    const admin = region.keep(
      new Redis({
        path: join(node, primary, "redis.sock"),
        username: "region",
        password: passwords.region,
        lazyConnect: true,
      }),
    );
    await admin.connect();
    await admin.config("SET", "maxmemory-policy", "noeviction");
    const seen = await region.driver(group.type).observe?.(group);
    expect(seen?.inputs?.["parameters"]).toEqual([
      { name: "maxmemory-policy", value: "noeviction" },
      { name: "notify-keyspace-events", value: "KEA" },
    ]);
    await region.update(group, {});
    expect(await region.driver(group.type).observe?.(group)).toEqual({});
  });
});

function recorded(resource: StoredResource): StoredResource {
  return region.account.get(resource.type, resource.id) ?? resource;
}

describe("an end", () => {
  it("leaves nothing of a group, and the other one alone", async () => {
    const gone = await region.group("gone", {
      numCacheClusters: 1,
      automaticFailoverEnabled: false,
      multiAzEnabled: false,
    });
    expect(region.addresses(gone, "reader")).toEqual(region.addresses(gone, "primary"));
    await region.delete(gone);
    const prefix = hostPrefix("gone");
    const { machine } = region;
    expect(machine.hosts.list().filter(({ name }) => name.startsWith(prefix))).toEqual([]);
    expect(machine.processes.list().filter(({ name }) => name.startsWith(prefix))).toEqual([]);
    expect(region.addresses(gone, "primary")).toEqual([]);
    expect(existsSync(join(machine.dataDir("redis"), prefix))).toBe(false);
    expect(readdirSync(machine.dataDir("authority")).filter((name) => name.startsWith(prefix))).toEqual([]);
    await region.delete(gone);
    expect(await (await region.connect(cache)).ping()).toBe("PONG");
  });

  it("of what was cut off while it was made, too", async () => {
    const half = region.record("half");
    const [subnet] = region.account.all("aws:ec2/subnet:Subnet");
    await region.machine.hosts.ensure(`${hostPrefix("half")}-1`, subnet?.id ?? "");
    await region.delete(half);
    expect(region.machine.hosts.get(`${hostPrefix("half")}-1`)).toBeUndefined();
    expect(await region.driver(REPLICATION_GROUP).present(half)).toBe(false);
  });
});

it("refuses an engine that Redis 7.0 cannot stand in for, before anything is touched", async () => {
  const before = region.machine.hosts.list().length;
  const newer = region.record("newer", { engine: "valkey", engineVersion: "8.0" });
  await expect(region.driver(REPLICATION_GROUP).create(newer, () => undefined)).rejects.toMatchObject({
    code: "InvalidParameterValue",
    message: expect.stringContaining("this machine runs Redis 7.0") as unknown,
  });
  expect(region.machine.hosts.list()).toHaveLength(before);
  region.account.remove(newer);
});
