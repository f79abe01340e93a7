import { RecordedAccount } from "../../aws/testing-account.ts";
import { createMachine } from "../host/machine.ts";
import { CommandError } from "../host/run.ts";
import { createSandbox } from "../host/testing/sandbox.ts";
import { createEnforcement } from "./enforcement.ts";
import { readGroups } from "./groups.ts";
import { group, rule } from "./testing/account.ts";
import { TABLE } from "./ruleset.ts";
import type { LocalMachine } from "../host/machine.ts";
import type { Enforcement } from "./enforcement.ts";

const VPC = "vpc-00000000000000abc";

describe("createEnforcement", () => {
  const sandbox = createSandbox();
  const log = jest.fn();
  let account: RecordedAccount;
  let machine: LocalMachine;
  let enforcement: Enforcement;
  /** Hosts in which a filter was written, in order. */
  let written: (string | undefined)[];

  beforeAll(async () => {
    machine = await createMachine(sandbox);
    await machine.network.ensureVpc(VPC, sandbox.vpcCidr);
    machine.network.ensureSubnet("subnet-a", VPC, `${sandbox.address("1.0")}/24`, "eu-central-1a");
    for (const [name, groups] of [
      ["web", ["sg-web"]],
      ["db", ["sg-db"]],
      ["free", undefined],
    ] as const) {
      await machine.hosts.ensure(name, "subnet-a", groups);
    }
  });
  afterAll(async () => {
    machine.close();
    await sandbox.clear();
  });

  /** What happens just before a command runs. */
  let interfering: (command: string, host: string | undefined) => Promise<void>;

  beforeEach(async () => {
    log.mockReset();
    interfering = () => Promise.resolve();
    account = new RecordedAccount();
    for (const record of [
      group("sg-web"),
      group("sg-db"),
      rule("ingress", "sgr-1", "sg-db", "sg-web", 5432),
    ]) {
      account.add(record);
    }
    written = [];
    const run: LocalMachine["run"] = async (command, args, options) => {
      if (options?.input !== undefined) written.push(options.host);
      await interfering(command, options?.host);
      return machine.run(command, args, options);
    };
    enforcement = createEnforcement({
      machine: { interfaces: () => machine.interfaces(), run },
      groups: () => readGroups(account.all),
      prefixList: () => [],
      log,
    });
    await enforcement.apply();
    expect(written.splice(0).sort()).toEqual(["db", "web"]);
  });

  const table = (host: string): Promise<string> =>
    machine.run("nft", ["list", "table", ...TABLE.split(" ")], { host });

  it("writes into hosts alone whose filter is another one", async () => {
    await enforcement.apply();
    expect(written).toEqual([]);
    account.add(rule("ingress", "sgr-2", "sg-db", "sg-web", 5433));
    await enforcement.apply();
    expect(written).toEqual(["db"]);
    expect(await table("db")).toContain("tcp dport 5433 return");
    await expect(machine.run("nft", ["list", "tables"], { host: "free" })).resolves.toBe("");
  });

  it("makes one pass of changes that come together, and each sees its own", async () => {
    const changes = [5433, 5434, 5435].map(async (port) => {
      account.add(rule("ingress", `sgr-${port}`, "sg-db", "sg-web", port));
      await enforcement.apply();
      expect(await table("db")).toContain(`tcp dport ${port} return`);
    });
    await Promise.all(changes);
    expect(written).toEqual(["db"]);
  });

  it("puts back what was changed by hand, says so, and touches nothing else", async () => {
    await enforcement.repair();
    expect(written).toEqual([]);
    expect(log).not.toHaveBeenCalled();
    const before = await Promise.all(["db", "web"].map(table));
    await machine.run("nft", ["flush", "chain", ...TABLE.split(" "), "ingress"], { host: "db" });
    expect(await table("db")).not.toBe(before[0]);
    await enforcement.repair();
    expect(written.splice(0)).toEqual(["db"]);
    await machine.run("nft", ["delete", "table", ...TABLE.split(" ")], { host: "web" });
    await enforcement.repair();
    expect(written).toEqual(["web"]);
    expect(await Promise.all(["db", "web"].map(table))).toEqual(before);
    expect(log.mock.calls).toEqual([
      ["security groups: put back on db, where they were changed by hand"],
      ["security groups: put back on web, where they were changed by hand"],
    ]);
  });

  it("goes on when its command is killed, as a host's removal does, whether the host goes or stays", async () => {
    const kills = 2;
    let killed = 0;
    interfering = (command, host) => {
      if (command !== "sh" || host !== "db" || killed === kills) return Promise.resolve();
      killed += 1;
      return Promise.reject(new CommandError("sh", null, ""));
    };
    account.add(rule("ingress", "sgr-2", "sg-db", "sg-web", 5433));
    await enforcement.apply();
    expect(written).toEqual(["db", "db", "db"]);
    expect(await table("db")).toContain("tcp dport 5433 return");

    await machine.hosts.ensure("leaving", "subnet-a", ["sg-db"]);
    interfering = async (command, host) => {
      if (command !== "sh" || host !== "leaving") return;
      await machine.hosts.remove("leaving");
      throw new CommandError("sh", null, "");
    };
    await enforcement.apply();
    expect(machine.hosts.get("leaving")).toBeUndefined();
  });

  it("names the host whose filter could not be written, and goes on with the next change", async () => {
    account.add(rule("ingress", "sgr-2", "sg-db", "sg-web", 70_000));
    await expect(enforcement.apply()).rejects.toThrow(/^the security groups of host db: .*70000/s);
    account.records.delete("sgr-2");
    await enforcement.apply();
    expect(await table("db")).toContain("tcp dport 5432 return");
  });
});
