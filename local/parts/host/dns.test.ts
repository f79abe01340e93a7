import { Resolver } from "node:dns/promises";
import { createMachine } from "./machine.ts";
import { createSandbox } from "./testing/sandbox.ts";
import { tracesOf } from "./testing/observe.ts";
import { until } from "./until.ts";
import type { LocalMachine } from "./machine.ts";
import type { Sandbox } from "./testing/sandbox.ts";

const VPC = "vpc-00000000000000fed";

describe("the VPC's DNS", () => {
  let sandbox: Sandbox;
  let machine: LocalMachine;
  let resolver: Resolver;

  beforeAll(async () => {
    sandbox = createSandbox();
    machine = await createMachine(sandbox);
    await machine.network.ensureVpc(VPC, sandbox.vpcCidr);
    await machine.resolvers.ensureResolver(VPC);
    resolver = new Resolver({ timeout: 500, tries: 4 });
    resolver.setServers([machine.dns.address]);
  });
  afterAll(async () => {
    machine.close();
    await sandbox.clear();
    expect(tracesOf(sandbox)).toEqual([]);
  });

  const answer = (name: string): Promise<string> =>
    resolver.resolve4(name).then(
      (addresses) => addresses.sort().join(),
      (error: unknown) => (error as NodeJS.ErrnoException).code ?? "",
    );

  it("answers at base + 2, within a second of each change", async () => {
    expect(machine.dns.address).toBe(sandbox.address("0.2"));
    await machine.dns.set("Web.elb.internal", ["10.0.0.2", "10.0.0.1"]);
    await until("the name", 30_000, async () => (await answer("web.elb.internal")) === "10.0.0.1,10.0.0.2");
    await machine.dns.set("web.elb.internal", ["10.0.0.3"]);
    await until("the change", 30_000, async () => (await answer("web.elb.internal")) === "10.0.0.3");
    expect(machine.dns.resolve("WEB.elb.internal.")).toEqual(["10.0.0.3"]);
    await machine.dns.remove("web.elb.internal");
    await until("the removal", 30_000, async () => (await answer("web.elb.internal")) === "ENOTFOUND");
    expect(machine.dns.resolve("web.elb.internal")).toEqual([]);
  });

  it("answers for all names below one, but those that have their own", async () => {
    await machine.dns.set("*.s3.internal", ["10.0.0.4"]);
    await machine.dns.set("own.s3.internal", ["10.0.0.5"]);
    await until("the names", 30_000, async () => (await answer("any.s3.internal")) === "10.0.0.4");
    const names = ["any.s3.internal", "a.b.s3.internal", "own.s3.internal", "s3.internal", "internal"];
    const answers = await Promise.all(names.map(answer));
    expect(answers.slice(0, 3)).toEqual(["10.0.0.4", "10.0.0.4", "10.0.0.5"]);
    expect(names.map((name) => machine.dns.resolve(name).join())).toEqual([...answers.slice(0, 3), "", ""]);
    expect(answers.slice(3)).not.toContain("10.0.0.4");
    await machine.dns.remove("*.s3.internal");
    await machine.dns.remove("own.s3.internal");
    await until("the removal", 30_000, async () => (await answer("any.s3.internal")) === "ENOTFOUND");
  });

  it("knows no names of the internet", async () => {
    expect(await answer("example.com")).toBe("ENOTFOUND");
  });

  it("keeps its names through a restart of the region", async () => {
    await machine.dns.set("db.internal", ["10.0.0.9"]);
    machine.close();
    machine = await createMachine(sandbox);
    expect(machine.dns.resolve("db.internal")).toEqual(["10.0.0.9"]);
    await machine.dns.set("cache.internal", ["10.0.0.8"]);
    await until("both names", 30_000, async () => (await answer("cache.internal")) === "10.0.0.8");
    expect(await answer("db.internal")).toBe("10.0.0.9");
  });

  it("refuses what is no name or no address", async () => {
    await expect(machine.dns.set("a b", ["10.0.0.1"])).rejects.toThrow('DNS name: "a b" is not a host name');
    await expect(machine.dns.set("a", ["10.0.0"])).rejects.toThrow('"10.0.0" is not an IPv4 address');
  });
});
