import { execFileSync } from "node:child_process";
import { allowForwarding, removeForwarding } from "./firewall.ts";
import { addNamespace } from "./namespaces.ts";
import { createRun } from "./run.ts";
import { createSandbox } from "./testing/sandbox.ts";
import type { Run } from "../machine.ts";

/** In a namespace that stands for a machine of its own: this one's firewall is not touched. */
describe("forwarding", () => {
  const sandbox = createSandbox();
  const { scope } = sandbox;
  const name = `${scope.prefix}-fw`;
  const run: Run = (command, args) =>
    createRun(scope, () => `/run/netns/${name}`)(command, args, { host: name });
  const rules = async (): Promise<readonly string[]> =>
    (await run("iptables", ["-S", "FORWARD"])).trim().split("\n");

  afterAll(() => sandbox.clear());
  beforeEach(() =>
    addNamespace(
      createRun(scope, () => ""),
      name,
    ),
  );
  afterEach(() => execFileSync("ip", ["netns", "delete", name]));

  it("adds nothing where the machine forwards anyway", async () => {
    await allowForwarding(run, scope, "br0");
    expect(await rules()).toEqual(["-P FORWARD ACCEPT"]);
  });

  it("accepts the bridge's traffic before the machine's own rules, once, and removes only that", async () => {
    await run("iptables", ["-P", "FORWARD", "DROP"]);
    await run("iptables", [
      "-A",
      "FORWARD",
      "-i",
      "br0",
      "-m",
      "comment",
      "--comment",
      "theirs",
      "-j",
      "DROP",
    ]);
    const before = await rules();
    await allowForwarding(run, scope, "br0");
    await allowForwarding(run, scope, "br0");
    await allowForwarding(run, scope, "br1");
    const ours = (direction: string, bridge: string): string =>
      `-A FORWARD ${direction} ${bridge} -m comment --comment ${scope.mark} -j ACCEPT`;
    expect(await rules()).toEqual([
      before[0],
      ours("-o", "br1"),
      ours("-i", "br1"),
      ours("-o", "br0"),
      ours("-i", "br0"),
      ...before.slice(1),
    ]);
    expect(await removeForwarding(run, scope, "br0")).toEqual([]);
    expect(await rules()).toEqual([before[0], ours("-o", "br1"), ours("-i", "br1"), ...before.slice(1)]);
    expect(await removeForwarding(run, scope)).toEqual([]);
    expect(await rules()).toEqual(before);
  });
});
