import { execFileSync } from "node:child_process";
import { createMachine } from "./machine.ts";
import { identify } from "./process-identity.ts";
import { createSandbox } from "./testing/sandbox.ts";
import { tracesOf } from "./testing/observe.ts";
import type { LocalMachine } from "./machine.ts";
import type { Sandbox } from "./testing/sandbox.ts";

const VPC = "vpc-00000000000000abc";

describe("hosts", () => {
  let sandbox: Sandbox;
  let machine: LocalMachine;

  beforeEach(async () => {
    sandbox = createSandbox();
    machine = await createMachine(sandbox);
    await machine.network.ensureVpc(VPC, sandbox.vpcCidr);
    machine.network.ensureSubnet("subnet-a", VPC, `${sandbox.address("1.0")}/24`, "eu-central-1a");
    machine.network.ensureSubnet("subnet-b", VPC, `${sandbox.address("2.0")}/24`, "eu-central-1b");
  });

  afterEach(async () => {
    machine.close();
    await sandbox.clear();
    expect(tracesOf(sandbox)).toEqual([]);
  });

  /** Fetches from a one-shot server of Node in `to`, run in `from`. */
  async function reach(from: string | undefined, to: string): Promise<string> {
    const host = machine.hosts.get(to);
    const server = `require("net").createServer(c=>c.end("from "+c.remoteAddress)).listen(9000,"${host?.address}")`;
    await machine.processes.ensure({
      name: `${to}/server`,
      host: to,
      command: process.execPath,
      args: ["-e", server],
    });
    const client = `const go=()=>require("net").connect(9000,"${host?.address}").on("data",d=>{console.log(""+d);process.exit()})
      .on("error",()=>setTimeout(go,20));go();setTimeout(()=>process.exit(1),5000)`;
    const options = from === undefined ? {} : { host: from };
    return (await machine.run(process.execPath, ["-e", client], options)).trim();
  }

  it("gives each host an address of its subnet and lets hosts and the machine reach each other", async () => {
    const [a, b] = await Promise.all([
      machine.hosts.ensure("web", "subnet-a"),
      machine.hosts.ensure("db", "subnet-b"),
    ]);
    expect(a).toEqual({
      name: "web",
      address: sandbox.address("1.4"),
      subnetId: "subnet-a",
      zone: "eu-central-1a",
      namespacePath: `/run/netns/${sandbox.scope.prefix}-web`,
    });
    expect(b.address).toBe(sandbox.address("2.4"));
    expect(await reach("web", "db")).toBe(`from ${a.address}`);
    expect(await reach(undefined, "db")).toBe(`from ${sandbox.address("0.1")}`);
  });

  it("makes one host when asked twice at once", async () => {
    const [first, second] = await Promise.all([
      machine.hosts.ensure("web", "subnet-a"),
      machine.hosts.ensure("web", "subnet-a"),
    ]);
    expect(second).toEqual(first);
    expect(machine.hosts.list()).toHaveLength(1);
  });

  it("keeps a host's address when an administrator removed it and it is made again", async () => {
    await machine.hosts.ensure("one", "subnet-a");
    const two = await machine.hosts.ensure("two", "subnet-a");
    await machine.hosts.remove("one");
    execFileSync("ip", ["netns", "delete", `${sandbox.scope.prefix}-two`]);
    expect(await machine.hosts.present("two")).toBe(false);
    machine.close();
    machine = await createMachine(sandbox);
    expect(await machine.hosts.ensure("two", "subnet-a")).toEqual(two);
    expect(await machine.hosts.present("two")).toBe(true);
    expect((await machine.hosts.ensure("three", "subnet-a")).address).toBe(sandbox.address("1.4"));
  });

  it("replaces what a crash left under the same names", async () => {
    const name = `${sandbox.scope.prefix}-web`;
    execFileSync("ip", ["netns", "add", name]);
    execFileSync("ip", ["link", "add", name, "type", "bridge"]);
    await machine.hosts.ensure("web", "subnet-a");
    await machine.hosts.ensure("db", "subnet-b");
    expect(await reach("db", "web")).toBe(`from ${sandbox.address("2.4")}`);
  });

  it("connects a host only when its filter is in place, and makes anew what was not connected", async () => {
    const seen: unknown[] = [];
    machine.onInterfaces(async () => {
      seen.push(await machine.hosts.present("web"));
      throw new Error("no filter");
    });
    await expect(machine.hosts.ensure("web", "subnet-a", ["sg-1"])).rejects.toThrow("no filter");
    expect(seen).toEqual([false]);
    expect(await machine.hosts.present("web")).toBe(false);
    machine.onInterfaces(async () => void seen.push(machine.interfaces()));
    const host = await machine.hosts.ensure("web", "subnet-a", ["sg-1"]);
    expect(await machine.hosts.present("web")).toBe(true);
    expect(seen.at(-1)).toEqual([
      {
        host: "web",
        vpcId: VPC,
        address: host.address,
        subnet: `${sandbox.address("1.0")}/24`,
        ranges: [],
        router: sandbox.address("0.1"),
        resolver: sandbox.address("0.2"),
        groups: ["sg-1"],
        service: {},
        namespacePath: host.namespacePath,
      },
    ]);
  });

  it("keeps groups, ranges and a service's traffic until it is told others, also through a restart", async () => {
    await machine.hosts.ensure("node", "subnet-a", ["sg-1"], { network: "rds:main" });
    await machine.hosts.route("node", sandbox.podCidr);
    await machine.hosts.ensure("free", "subnet-a");
    machine.close();
    machine = await createMachine(sandbox);
    await machine.hosts.ensure("node", "subnet-a");
    const kept = { ranges: [sandbox.podCidr], groups: ["sg-1"], service: { network: "rds:main" } };
    expect(machine.interfaces()).toMatchObject([kept, { host: "free", groups: undefined, service: {} }]);
    await machine.hosts.ensure("node", "subnet-a", []);
    expect(machine.interfaces()[0]).toMatchObject({ ...kept, groups: [] });
  });

  it("takes a host's processes, links and routes with it", async () => {
    await machine.hosts.ensure("web", "subnet-a");
    await machine.hosts.route("web", sandbox.podCidr);
    const route = (): string =>
      execFileSync("ip", ["route", "show", sandbox.podCidr], { encoding: "utf8" }).trim();
    expect(route()).toBe(
      `${sandbox.podCidr} via ${sandbox.address("1.4")} dev ${machine.network.bridge(VPC)}`,
    );
    await machine.processes.ensure({ name: "web/sleep", host: "web", command: "sleep", args: ["1000"] });
    const [{ pid } = { pid: 0 }] = machine.processes.list();
    await machine.hosts.remove("web");
    await machine.hosts.remove("web");
    expect(identify(pid)).toBeUndefined();
    expect(machine.processes.list()).toEqual([]);
    expect(machine.hosts.get("web")).toBeUndefined();
    expect(route()).toBe("");
    expect(tracesOf(sandbox).filter((trace) => trace.endsWith("-web"))).toEqual([]);
  });

  it("refuses bad names, unknown subnets and moves before anything is made", async () => {
    await expect(machine.hosts.ensure("Web", "subnet-a")).rejects.toThrow(
      'host name: "Web" must be 1 to 12 characters of [a-z0-9-] and begin with a letter',
    );
    await expect(machine.hosts.ensure("vpc-1", "subnet-a")).rejects.toThrow(
      '"vpc-1" must not begin with "vpc-"',
    );
    await expect(machine.hosts.ensure("web", "subnet-x")).rejects.toThrow(
      "the subnet subnet-x is not on this machine",
    );
    await machine.hosts.ensure("web", "subnet-a");
    await expect(machine.hosts.ensure("web", "subnet-b")).rejects.toThrow(
      "host web is in subnet subnet-a: remove it before it moves to subnet-b",
    );
    await expect(machine.network.ensureVpc("vpc-other", sandbox.vpcCidr)).rejects.toThrow(
      `overlaps the route to ${sandbox.vpcCidr} on ${machine.network.bridge(VPC)}`,
    );
    expect(machine.hosts.list().map(({ name }) => name)).toEqual(["web"]);
  });
});
