import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killTree } from "../../local/parts/host/cgroup.ts";
import { scope } from "../../local/parts/host/scope.ts";
import { runDir } from "../../local/paths.ts";
import { callRegion } from "../../local/region/client.ts";
import { checkout, made } from "./doorway.ts";
import { interrupted } from "./interrupt.ts";
import { exactParts, snapshotMachine, type MachineSnapshot } from "./machine-snapshot.ts";
import { minute, readOutput, refuseRunningStack, takeDown } from "./stack.ts";

// Each step is struck in the middle, and the next `make up` or `make down` must make it good.

let machineBefore: MachineSnapshot;

beforeAll(() => {
  refuseRunningStack();
  machineBefore = snapshotMachine();
});

afterAll(takeDown, 5 * minute);

async function expectPage(): Promise<void> {
  const { url } = await readOutput();
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("<!doctype html>")]);
}

it.each([
  ["the network", /aws:ec2:Subnet \S+ creat/, "CLI"],
  ["the network, once more", /aws:ec2:\S+ \S+ creat/, "aws plugin"],
  ["the cluster", /starting etcd, the control plane/, "region"],
  ["the cluster, once more", /aws:eks:Cluster cluster creating/, "Ctrl-C"],
  ["the release", /api-deployment creating \(\ds\) \d of/, "kubernetes plugin"],
] as const)(
  "leaves nothing that stops the next `make up` when %s is interrupted",
  async (_phase, when, victim) => {
    const { code } = await interrupted("up", when, victim);
    expect(code).not.toBe(0);
  },
  5 * minute,
);

it(
  "comes up after all of them",
  async () => {
    await made("up");
    await expectPage();
  },
  5 * minute,
);

it(
  "names a living region of another checkout and does not touch it",
  async () => {
    const other = mkdtempSync(join(tmpdir(), "twinstack-other-"));
    try {
      execFileSync("git", ["clone", "--quiet", checkout, join(other, "clone")]);
      symlinkSync(join(checkout, "node_modules"), join(other, "clone/node_modules"));
      const before = await callRegion("status", {});
      const ran = spawnSync("make", ["up"], { cwd: join(other, "clone"), encoding: "utf8" });
      expect(ran.status).not.toBe(0);
      expect(ran.stderr).toContain(`a region of ${checkout} (process ${before.pid}) runs on this machine`);
      expect((await callRegion("status", {})).pid).toBe(before.pid);
      await expectPage();
    } finally {
      rmSync(other, { recursive: true });
    }
  },
  2 * minute,
);

it(
  "comes up after every process was killed and /run was emptied, as after a reboot",
  async () => {
    const { pid } = await callRegion("status", {});
    process.kill(pid, "SIGKILL");
    expect(await killTree(scope().mark)).toEqual([]);
    for (const namespace of snapshotMachine().namespaces) execFileSync("ip", ["netns", "delete", namespace]);
    for (const mount of snapshotMachine()
      .mounts.map((line) => line.split(" ")[1] ?? "")
      .filter((path) => path.startsWith(runDir()))
      .reverse()) {
      execFileSync("umount", [mount]);
    }
    rmSync(runDir(), { recursive: true });
    await made("up");
    await expectPage();
  },
  5 * minute,
);

it(
  "goes down after an interrupted `make down`, and leaves nothing behind",
  async () => {
    const { code } = await interrupted(
      "down",
      /aws:eks:Cluster cluster deleting|api-deployment deleting/,
      "Ctrl-C",
    );
    expect(code).not.toBe(0);
    expect((await callRegion("status", {})).resources).toBeGreaterThan(0);
    // A CLI that is killed does not stop it: whatever the stacks' state is worth, nothing stays.
    expect((await interrupted("down", /deleting|deleted/, "CLI")).code).toBe(0);
    expect(exactParts(snapshotMachine())).toEqual(exactParts(machineBefore));
  },
  5 * minute,
);
