import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { REPLICATION_GROUP } from "../../aws/services/elasticache/references.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { hostPrefix } from "./group-input.ts";
import { TestRegion, TOKEN } from "./testing.ts";

// Real hosts and processes.

const region = new TestRegion();
const FIRST_REGION = fileURLToPath(new URL("testing-first-region.ts", `file://${__filename}`));

beforeAll(() => region.start());
afterAll(() => region.stop());

/** Another region makes the group and is killed; answers the pids of the nodes it leaves. */
async function leftBehind(group: StoredResource): Promise<ReadonlyMap<string, number>> {
  const { stateDir, runDir, scope } = region.sandbox;
  region.machine.close();
  const first = spawn(process.execPath, [FIRST_REGION], { stdio: ["pipe", "pipe", "inherit"] });
  first.stdin.end(
    JSON.stringify({ options: { stateDir, runDir, scope }, records: region.account.records, group }),
  );
  await once(first.stdout, "data");
  const exit = once(first, "exit");
  first.kill("SIGKILL");
  await exit;
  await region.open();
  return pids(group);
}

function pids(group: StoredResource): ReadonlyMap<string, number> {
  const nodes = region.machine.processes.list().filter(({ name }) => name.startsWith(hostPrefix(group.id)));
  return new Map(nodes.map(({ name, pid }) => [name, pid]));
}

async function adopt(group: StoredResource): Promise<void> {
  await region.driver(REPLICATION_GROUP).adopt(group, () => undefined);
}

describe("after the region was killed", () => {
  it("takes over what runs, and touches none of it", async () => {
    const group = region.record("runs");
    const before = await leftBehind(group);
    expect([...before.values()].every((pid) => pid > 0)).toBe(true);
    const client = await region.connect(group);
    await client.set("before", "kept");
    await adopt(group);
    expect(pids(group)).toEqual(before);
    expect(await client.get("before")).toBe("kept");
    await region.delete(group);
  });

  it("promotes the replica when the primary died meanwhile: it is never started empty before", async () => {
    const group = region.record("died");
    const before = await leftBehind(group);
    const client = await region.connect(group);
    await client.set("before", "kept");
    expect(await client.call("WAIT", "1", "5000")).toBe(1);
    process.kill(before.get(`${hostPrefix("died")}-1/redis-server`) ?? 0, "SIGKILL");
    await adopt(group);
    const [primary] = region.addresses(group, "primary");
    expect(primary).toBe(region.machine.hosts.get(`${hostPrefix("died")}-2`)?.address);
    expect(await (await region.connect(group)).get("before")).toBe("kept");
    expect(await (await region.connect(group, "reader")).get("before")).toBe("kept");
    await region.delete(group);
  });

  it("starts everything anew, empty, when all of it died meanwhile", async () => {
    const group = region.record("half");
    const before = await leftBehind(group);
    for (const pid of before.values()) process.kill(pid, "SIGKILL");
    await adopt(group);
    expect(await (await region.connect(group, "reader", TOKEN)).ping()).toBe("PONG");
    await region.delete(group);
  });
});
