import { execFileSync } from "node:child_process";

import type { Redis } from "ioredis";

import { REPLICATION_GROUP } from "../../aws/services/elasticache/references.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { until } from "../host/until.ts";
import { hostPrefix } from "./group-input.ts";
import { TestRegion } from "./testing.ts";

// Real hosts and processes, and a hang is told from a pause by its length.

const region = new TestRegion();
/** From a failure to the first write that is accepted: some two seconds, but this machine may be busy. */
const DEADLINE_MS = 30_000;

beforeAll(() => region.start());
afterAll(() => region.stop());

const nodesOf = (group: StoredResource): readonly string[] =>
  region.machine.hosts
    .list()
    .map(({ name }) => name)
    .filter((name) => name.startsWith(hostPrefix(group.id)));

function primaryNode(group: StoredResource): string {
  const [address] = region.addresses(group, "primary");
  return region.machine.hosts.list().find((host) => host.address === address)?.name ?? "";
}

function pid(node: string): number {
  const found = region.machine.processes.list().find(({ name }) => name === `${node}/redis-server`);
  return found?.pid ?? 0;
}

/** Writes through the endpoint's name, as an app does, until one is accepted. */
async function writable(group: StoredResource): Promise<void> {
  await until(`${group.id} to accept writes`, DEADLINE_MS, async () => {
    let client: Redis | undefined;
    try {
      client = await region.connect(group);
      await client.set("probe", "written");
      return true;
    } catch {
      return false;
    } finally {
      client?.disconnect();
    }
  });
}

async function role(group: StoredResource, endpoint: "primary" | "reader"): Promise<string | undefined> {
  const client = await region.connect(group, endpoint);
  const info = await client.info("replication");
  client.disconnect();
  return /^role:(\w+)/m.exec(info)?.[1];
}

async function whole(group: StoredResource): Promise<void> {
  await until(`${group.id} to have its replica back`, 30_000, async () => {
    if (region.addresses(group, "reader").join() === region.addresses(group, "primary").join()) return false;
    return (await role(group, "reader")) === "slave";
  });
}

/** A key that the replica has: replication is asynchronous, what follows must not depend on luck. */
async function keep(group: StoredResource, key: string): Promise<void> {
  const client = await region.connect(group);
  await client.set(key, "kept");
  expect(await client.call("WAIT", "1", "5000")).toBe(1);
  client.disconnect();
}

async function read(group: StoredResource, key: string): Promise<string | null> {
  const client = await region.connect(group);
  const value = await client.get(key);
  client.disconnect();
  return value;
}

describe("failover", () => {
  it("promotes the replica of a primary that was killed, with its data, and takes it back as a replica", async () => {
    const group = await region.group("killed");
    await keep(group, "before");
    const old = primaryNode(group);
    const oldPid = pid(old);
    process.kill(oldPid, "SIGKILL");
    await writable(group);
    expect(primaryNode(group)).not.toBe(old);
    expect(await read(group, "before")).toBe("kept");
    await whole(group);
    expect(pid(old)).not.toBe(oldPid);
    expect(region.addresses(group, "reader")).toEqual([region.machine.hosts.get(old)?.address]);
    // And once more, the other way: nothing of the first failover is left in the way.
    await keep(group, "between");
    process.kill(pid(primaryNode(group)), "SIGKILL");
    await writable(group);
    expect(primaryNode(group)).toBe(old);
    expect(await read(group, "between")).toBe("kept");
    await whole(group);
    await region.delete(group);
  });

  it("fences a primary that hangs: it never serves again what it was", async () => {
    const group = await region.group("hung");
    await keep(group, "before");
    const old = primaryNode(group);
    const oldPid = pid(old);
    process.kill(oldPid, "SIGSTOP");
    await until("another primary", 30_000, () => primaryNode(group) !== old);
    expect(() => process.kill(oldPid, 0)).toThrow("ESRCH");
    expect(await read(group, "before")).toBe("kept");
    await whole(group);
    await region.delete(group);
  });

  it("leaves the primary alone when a replica dies, and fills the replica again", async () => {
    const group = await region.group("replica");
    await keep(group, "before");
    const primary = primaryNode(group);
    const [replica = ""] = nodesOf(group).filter((name) => name !== primary);
    const primaryPid = pid(primary);
    const replicaPid = pid(replica);
    process.kill(replicaPid, "SIGKILL");
    // The reader endpoint leaves it at once, and has it back when it is filled: no read finds it empty.
    await until("another process", 30_000, () => pid(replica) !== replicaPid && pid(replica) !== 0);
    const reads = await region.connect(group, "reader");
    expect(await reads.get("before")).toBe("kept");
    await whole(group);
    expect(pid(primary)).toBe(primaryPid);
    const reader = await region.connect(group, "reader");
    expect(await reader.get("before")).toBe("kept");
    await region.delete(group);
  });

  it("does not start the primary empty while a replica may hold the data, though it says nothing", async () => {
    const group = await region.group("silent");
    await keep(group, "before");
    const primary = primaryNode(group);
    const [replica = ""] = nodesOf(group).filter((name) => name !== primary);
    process.kill(pid(replica), "SIGSTOP");
    const primaryPid = pid(primary);
    process.kill(primaryPid, "SIGKILL");
    const end = Date.now() + 2500;
    await until("the time in which it must not start", 30_000, () => {
      expect(pid(primary)).toBe(primaryPid);
      return Date.now() > end;
    });
    process.kill(pid(replica), "SIGCONT");
    await until("the replica to be promoted", 30_000, () => primaryNode(group) === replica);
    expect(await read(group, "before")).toBe("kept");
    await region.delete(group);
  });

  it("comes back empty when no node holds the data any more", async () => {
    const group = await region.group("both");
    await keep(group, "before");
    for (const node of nodesOf(group)) process.kill(pid(node), "SIGKILL");
    await writable(group);
    expect(await read(group, "before")).toBeNull();
    await whole(group);
    await region.delete(group);
  });

  it("starts a group of one node again, empty, under the same name", async () => {
    const one = { numCacheClusters: 1, automaticFailoverEnabled: false, multiAzEnabled: false };
    const group = await region.group("single", one);
    const before = region.addresses(group, "primary");
    process.kill(pid(primaryNode(group)), "SIGKILL");
    await writable(group);
    expect(region.addresses(group, "primary")).toEqual(before);
    await region.delete(group);
  });
});

describe("a node taken away by hand", () => {
  const takeAway = (node: string): void => {
    const name = `${region.sandbox.scope.prefix}-${node}`;
    execFileSync("ip", ["netns", "delete", name]);
    execFileSync("ip", ["link", "delete", name]);
  };

  it("is failed over, reads as a smaller group, and comes back with the next update", async () => {
    const group = await region.group("taken");
    await keep(group, "before");
    const old = primaryNode(group);
    const driver = region.driver(REPLICATION_GROUP);
    expect(await driver.observe?.(group)).toEqual({});
    takeAway(old);
    await until("another primary", DEADLINE_MS, () => primaryNode(group) !== old);
    await writable(group);
    expect(await read(group, "before")).toBe("kept");
    expect(await driver.present(group)).toBe(true);
    const kept = nodesOf(group).find((name) => name !== old) ?? "";
    expect(await driver.observe?.(group)).toEqual({
      inputs: { numCacheClusters: 1 },
      outputs: {
        numCacheClusters: 1,
        replicasPerNodeGroup: 0,
        memberClusters: [`taken-00${kept.slice(-1)}`],
      },
    });
    await region.update(group, {});
    expect(await driver.observe?.(group)).toEqual({});
    await whole(group);
    expect(await read(group, "before")).toBe("kept");
    await region.delete(group);
  });

  it("is noticed by its link alone", async () => {
    const group = await region.group("unlinked");
    await keep(group, "before");
    const old = primaryNode(group);
    execFileSync("ip", ["link", "delete", `${region.sandbox.scope.prefix}-${old}`]);
    await until("another primary", 30_000, () => primaryNode(group) !== old);
    expect(await read(group, "before")).toBe("kept");
    await region.delete(group);
  });

  it("is the group itself when it was the last", async () => {
    const group = await region.group("gone");
    for (const node of nodesOf(group)) takeAway(node);
    expect(await region.driver(REPLICATION_GROUP).present(group)).toBe(false);
    await region.delete(group);
  });
});

it("grows and shrinks without losing what was acknowledged, also when the primary has to go", async () => {
  const group = await region.group("size");
  process.kill(pid(primaryNode(group)), "SIGKILL");
  await writable(group);
  await whole(group);
  expect(primaryNode(group)).toMatch(/-2$/);
  await region.update(group, { numCacheClusters: 3 });
  expect(region.addresses(group, "reader")).toHaveLength(2);
  const client = await region.connect(group);
  for (let index = 0; index < 200; index += 1) await client.set(`key-${index}`, "kept");
  client.disconnect();
  const one = { numCacheClusters: 1, automaticFailoverEnabled: false, multiAzEnabled: false };
  await region.update(group, one);
  expect(nodesOf(group)).toEqual([`${hostPrefix("size")}-1`]);
  const after = await region.connect(group);
  expect(await after.dbsize()).toBe(201);
  await region.delete(group);
});
