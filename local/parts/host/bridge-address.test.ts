import { execFileSync } from "node:child_process";
import { createMachine } from "./machine.ts";
import { bridgeName } from "./network.ts";
import { tracesOf } from "./testing/observe.ts";
import { createSandbox } from "./testing/sandbox.ts";

it("keeps the router's hardware address while hosts come and go: what others know of it stays true", async () => {
  const sandbox = createSandbox();
  const machine = await createMachine(sandbox);
  const vpc = "vpc-00000000000000abc";
  const address = (): string =>
    (
      JSON.parse(
        execFileSync("ip", ["-json", "link", "show", "dev", bridgeName(sandbox.scope, vpc)], {
          encoding: "utf8",
        }),
      ) as readonly { readonly address: string }[]
    )[0]?.address ?? "";
  try {
    await machine.network.ensureVpc(vpc, sandbox.vpcCidr);
    machine.network.ensureSubnet("subnet-a", vpc, `${sandbox.address("1.0")}/24`, "eu-central-1a");
    const first = address();
    for (const name of ["one", "two", "three", "four", "five", "six"]) {
      await machine.hosts.ensure(name, "subnet-a");
      expect(address()).toBe(first);
    }
    for (const name of ["six", "one", "four"]) {
      await machine.hosts.remove(name);
      expect(address()).toBe(first);
    }
  } finally {
    machine.close();
    await sandbox.clear();
  }
  expect(tracesOf(sandbox)).toEqual([]);
});
