import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "../../aws/model.ts";
import type { StoredResource } from "../../region/protocol.ts";
import type { Machine } from "../machine.ts";
import { createLoadBalancerDrivers } from "./driver.ts";
import { LISTENER, LISTENER_RULE, LOAD_BALANCER } from "./inventory.ts";
import { hostName } from "./load-balancing.ts";

const arn = (kind: string): string =>
  `arn:aws:elasticloadbalancing:eu-central-1:000000000000:${kind}/app/edge/0123456789abcdef`;
const resource = (type: string, id: string, inputs = {}): StoredResource => ({
  urn: id,
  type,
  id,
  inputs,
  outputs: {},
});

const balancer = resource(LOAD_BALANCER, arn("loadbalancer"));
const listener = resource(LISTENER, arn("listener"), { loadBalancerArn: balancer.id });
const rule = resource(LISTENER_RULE, arn("listener-rule"), { listenerArn: listener.id });

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "balancer-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Whether each resource reads as present, with these in the record and these hosts on the machine. */
async function present(
  recorded: readonly StoredResource[],
  hosts: readonly string[],
): Promise<readonly boolean[]> {
  const account: Pick<Account, "get" | "all"> = {
    get: (type, id) => recorded.find((each) => each.type === type && each.id === id),
    all: (type) => recorded.filter((each) => each.type === type),
  };
  const machine = {
    dataDir: () => folder,
    hosts: { present: async (name: string) => hosts.includes(name) },
  };
  const drivers = createLoadBalancerDrivers({
    machine: machine as unknown as Machine,
    account: account as Account,
  });
  const driverOf = (type: string): (typeof drivers)[number] | undefined =>
    drivers.find((driver) => driver.types.includes(type));
  return Promise.all(
    [balancer, listener, rule].map(async (each) => (await driverOf(each.type)?.present(each)) ?? true),
  );
}

describe("load balancer, listener and rule", () => {
  it("are there while the balancer's host is", async () => {
    expect(await present([balancer, listener, rule], [hostName(balancer.id)])).toEqual([true, true, true]);
  });

  it("are gone together when the host was removed by hand: AWS deletes listeners and rules with their balancer", async () => {
    expect(await present([balancer, listener, rule], [])).toEqual([false, false, false]);
  });

  it("are gone when what they belong to is no longer in the record", async () => {
    expect((await present([listener, rule], [hostName(balancer.id)])).slice(1)).toEqual([false, false]);
    expect((await present([balancer, rule], [hostName(balancer.id)]))[2]).toBe(false);
  });
});
