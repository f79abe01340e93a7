import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMachine } from "./machine.ts";
import { identify, isAlive } from "./process-identity.ts";
import { removeFolders, teardown } from "./teardown.ts";
import { createSandbox } from "./testing/sandbox.ts";
import { tracesOf } from "./testing/observe.ts";
import { until } from "./until.ts";
import type { Sandbox } from "./testing/sandbox.ts";

const VPC = "vpc-00000000000000def";

describe("teardown", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = createSandbox();
  });
  afterEach(async () => {
    await sandbox.clear();
  });

  async function bringUp(): Promise<readonly number[]> {
    const machine = await createMachine(sandbox);
    await machine.network.ensureVpc(VPC, sandbox.vpcCidr);
    machine.network.ensureSubnet("subnet-a", VPC, `${sandbox.address("1.0")}/24`, "eu-central-1a");
    await machine.hosts.ensure("node", "subnet-a");
    await machine.hosts.route("node", sandbox.podCidr);
    // A daemon that forks a child into another session, as containerd's shims do.
    const forks = "setsid sleep 1001 & exec sleep 1000";
    await machine.processes.ensure({ name: "node/forks", host: "node", command: "sh", args: ["-c", forks] });
    await machine.processes.ensure({ name: "box/sleep", host: undefined, command: "sleep", args: ["1002"] });
    const volume = join(machine.dataDir("pods"), "volume with space");
    mkdirSync(volume);
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", volume]);
    machine.close();
    const pids = machine.processes.list().map(({ pid }) => pid);
    await until(
      "the child",
      30_000,
      () => tracesOf(sandbox).filter((trace) => trace.startsWith("process")).length >= 3,
    );
    return pids;
  }

  it("finds everything without its records and leaves nothing, twice", async () => {
    const pids = (await bringUp()).map(identify);
    expect(new Set(tracesOf(sandbox).map((trace) => trace.split(" ")[0]))).toEqual(
      new Set(["namespace", "link", "cgroup", "process", "mount", "route"]),
    );
    rmSync(sandbox.runDir, { recursive: true });
    rmSync(join(sandbox.stateDir, "network.json"));
    expect(await teardown(sandbox)).toEqual([]);
    expect(tracesOf(sandbox)).toEqual([]);
    expect(pids.map((identity) => identity && isAlive(identity))).toEqual([false, false]);
    expect(await teardown(sandbox)).toEqual([]);
  });

  it("leaves alone what is not ours: other names, other marks, a shell that stands in our folder", async () => {
    const other = createSandboxBeside(sandbox);
    execFileSync("ip", ["netns", "add", other]);
    mkdirSync(sandbox.stateDir, { recursive: true });
    const shell = spawn("sleep", ["1000"], { cwd: sandbox.stateDir, stdio: "ignore" });
    const identity = identify(shell.pid ?? 0);
    if (!identity) throw new Error("no process");
    try {
      await bringUp();
      expect(await teardown(sandbox)).toEqual([]);
      expect(isAlive(identity)).toBe(true);
      expect(execFileSync("ip", ["netns"], { encoding: "utf8" })).toContain(other);
    } finally {
      shell.kill("SIGKILL");
      execFileSync("ip", ["netns", "delete", other]);
    }
  });

  it("does not remove folders through a mount", async () => {
    const volume = join(sandbox.stateDir, "volume");
    mkdirSync(volume, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", volume]);
    writeFileSync(join(volume, "data"), "kept");
    await expect(removeFolders([sandbox.stateDir])).rejects.toThrow(`${volume} is still mounted`);
    expect(readFileSync(join(volume, "data"), "utf8")).toBe("kept");
  });

  it("lets the process do its other work while it removes much", async () => {
    const many = join(sandbox.stateDir, "many");
    mkdirSync(many, { recursive: true });
    for (let file = 0; file < 500; file += 1) writeFileSync(join(many, String(file)), "");
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    await removeFolders([many]);
    clearInterval(counting);
    expect(existsSync(many)).toBe(false);
    expect(turns).toBeGreaterThan(0);
  });

  it("names what it could not remove", async () => {
    await bringUp();
    // Whoever is in the cgroup keeps it busy; a teardown never kills itself.
    const folder = `/sys/fs/cgroup/cpu/${sandbox.scope.mark}`;
    mkdirSync(folder);
    writeFileSync(join(folder, "cgroup.procs"), String(process.pid));
    try {
      expect(await teardown(sandbox)).toEqual([`cgroup ${folder}`]);
    } finally {
      writeFileSync("/sys/fs/cgroup/cpu/cgroup.procs", String(process.pid));
    }
    expect(await teardown(sandbox)).toEqual([]);
  });
});

/** A namespace whose name only begins alike. */
function createSandboxBeside({ scope }: Sandbox): string {
  return `${scope.prefix}x-other`;
}
