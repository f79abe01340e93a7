import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildah } from "../../local/image/buildah.ts";
import { killTree } from "../../local/parts/host/cgroup.ts";
import { scope } from "../../local/parts/host/scope.ts";
import { runDir, stateDir } from "../../local/paths.ts";
import { callRegion } from "../../local/region/client.ts";
import { holderPath } from "../../local/region/settings.ts";
import { checkout, made } from "./doorway.ts";
import { interrupted, killSupervisor, type Victim } from "./interrupt.ts";
import { exactParts, snapshotMachine, type MachineSnapshot } from "./machine-snapshot.ts";
import { withOtherCheckout } from "./other-checkout.ts";
import { minute, ownStack, readOutput, takeDown } from "./stack.ts";
import { phases, rounds, type Struck } from "./strikes.ts";

// Each step is struck in the middle, and the next `make up` or `make down` must make it good.

let machineBefore: MachineSnapshot;

beforeAll(async () => {
  await ownStack();
  machineBefore = snapshotMachine();
});

afterAll(takeDown, 5 * minute);

async function expectPage(): Promise<void> {
  const { url } = await readOutput();
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("<!doctype html>")]);
}

/** The next build starts at its beginning. */
async function forgetAppImages(): Promise<void> {
  const names = (await buildah("images", "--format", "{{.Name}}:{{.Tag}}")).split("\n");
  const built = names.filter((name) => name.startsWith("localhost/twinstack/app:"));
  if (built.length > 0) await buildah("rmi", "--force", ...built);
}

/** Files of the backend that a killed CLI can leave half written; the checkpoint itself is renamed into place. */
function sidecars(): readonly string[] {
  const backend = join(stateDir(), "pulumi/stacks");
  return readdirSync(backend, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".attrs"),
  );
}

/** By what process `struck` is meant. */
const victimOf = (struck: Struck, plugin: Victim): Victim => (struck === "plugin" ? plugin : struck);

describe.each(rounds.map((round, index) => [index + 1, round] as const))(
  "round %d",
  (_index, { up, down }) => {
    beforeAll(forgetAppImages, minute);

    // Each strike finds what the one before left; a phase is reached only where `make up` mended all before it.
    it.each(up)(
      "`make up` can be interrupted in %s: %s struck",
      async (phase, struck) => {
        const [when, plugin] = phases[phase];
        const { code } = await interrupted("up", when, victimOf(struck, plugin));
        // A region that comes back in time is no reason to fail. What came up whole would pass by the next phase.
        if (struck !== "region") expect(code).not.toBe(0);
        else if (code === 0) await made("down");
      },
      5 * minute,
    );

    it(
      "comes up after that",
      async () => {
        await made("up");
        await expectPage();
        expect(sidecars()).toEqual([]);
      },
      5 * minute,
    );

    it(
      `goes down after \`make down\` was interrupted (struck: ${down.join(", ")}), and leaves nothing behind`,
      async () => {
        let code: number | null = null;
        for (const [index, struck] of down.entries()) {
          const deleting =
            index === 0 ? /aws:eks:Cluster cluster deleting|api-deployment deleting/ : /cluster deleting/;
          ({ code } = await interrupted("down", deleting, victimOf(struck, "aws plugin")));
          if (struck === "Ctrl-C") expect(code).not.toBe(0);
          // Whatever the stacks' state is worth without CLI or plugin, nothing stays.
          else if (struck !== "region") expect(code).toBe(0);
        }
        if (code !== 0) await made("down");
        expect(exactParts(snapshotMachine())).toEqual(exactParts(machineBefore));
      },
      5 * minute,
    );
  },
);

it(
  "takes over what a run of another checkout left whose region is dead",
  async () => {
    await withOtherCheckout(async (folder) => {
      const { code } = await interrupted("up", /api-deployment creating/, "region for good", folder);
      expect(code).not.toBe(0);
    });
    await made("up");
    expect((await callRegion("status", {})).owner).toBe(checkout);
    await expectPage();
  },
  5 * minute,
);

it(
  "names a living region of another checkout and does not touch it",
  async () => {
    await withOtherCheckout(async (folder) => {
      const before = await callRegion("status", {});
      const ran = spawnSync("make", ["up"], { cwd: folder, encoding: "utf8" });
      expect(ran.status).not.toBe(0);
      expect(ran.stderr).toContain(`a region of ${checkout} (process ${before.pid}) runs on this machine`);
      expect((await callRegion("status", {})).pid).toBe(before.pid);
      await expectPage();
    });
  },
  2 * minute,
);

/** Every process is gone, and what lies in /run. */
async function reboot(): Promise<void> {
  const { pid } = await callRegion("status", {});
  killSupervisor();
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
  rmSync(holderPath(true));
}

it(
  "comes up after every process was killed and /run was emptied, as after a reboot",
  async () => {
    await reboot();
    await made("up");
    await expectPage();
  },
  5 * minute,
);

it(
  "goes down after a reboot without starting anything, and leaves nothing behind",
  async () => {
    await reboot();
    const { stdout } = await made("status");
    expect(stdout).toMatch(/^nothing runs; the state of \d+ resources is in /);
    const { stderr } = await made("down");
    expect(stderr).toContain("without starting anything");
    expect(stderr).not.toContain("destroy");
    expect(exactParts(snapshotMachine())).toEqual(exactParts(machineBefore));
  },
  2 * minute,
);
