import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMachine } from "../parts/host/machine.ts";
import { identify, isAlive } from "../parts/host/process-identity.ts";
import { tracesOf } from "../parts/host/testing/observe.ts";
import { createSandbox } from "../parts/host/testing/sandbox.ts";
import { removeWithoutRegion } from "./remove.ts";
import { claimStateDir } from "./state-dir.ts";
import { takeOver } from "./takeover.ts";
import type { ProcessIdentity } from "../parts/host/process-identity.ts";
import type { Sandbox } from "../parts/host/testing/sandbox.ts";
import type { Settings } from "./settings.ts";

describe("removal without a region", () => {
  let sandbox: Sandbox;
  let settings: Settings;
  let notes: string[];
  beforeEach(() => {
    sandbox = createSandbox();
    notes = [];
    settings = {
      ...sandbox,
      region: "eu-central-1",
      parts: true,
      socket: join(sandbox.runDir, "region.sock"),
      owner: "/home/ada/twinstack",
      lock: `${sandbox.scope.mark}-region`,
      holderPath: join(sandbox.stateDir, "..", "holder.json"),
    };
  });
  afterEach(async () => {
    await sandbox.clear();
  });
  const remove = (): Promise<void> => removeWithoutRegion(settings, (line) => void notes.push(line));
  const folders = (): readonly string[] => [settings.stateDir, settings.runDir].filter(existsSync);

  /** The state of a stack, with a record that no region would start with, and Pulumi's. */
  function state(): void {
    claimStateDir(settings.stateDir, settings.owner);
    for (const name of ["resources", "pulumi/stacks", "postgres/nodes/db"]) {
      mkdirSync(join(settings.stateDir, name), { recursive: true });
    }
    writeFileSync(join(settings.stateDir, "resources/000001.json"), '{"sequ');
  }
  async function part(): Promise<ProcessIdentity> {
    const machine = await createMachine(sandbox);
    await machine.processes.ensure({ name: "box/sleep", host: undefined, command: "sleep", args: ["1000"] });
    machine.close();
    const identity = identify(machine.processes.list()[0]?.pid ?? 0);
    if (!identity) throw new Error("no process");
    return identity;
  }

  it("takes the state that a reboot left, a damaged record too, and starts nothing", async () => {
    state();
    await remove();
    expect(folders()).toEqual([]);
    expect(existsSync(settings.holderPath)).toBe(false);
    expect(tracesOf(sandbox)).toEqual([]);
    expect(notes).toEqual([]);
    await remove();
    expect(folders()).toEqual([]);
  });

  it("ends what a dead region left running", async () => {
    state();
    const running = await part();
    await remove();
    expect(isAlive(running)).toBe(false);
    expect(tracesOf(sandbox)).toEqual([]);
    expect(folders()).toEqual([]);
  });

  it("touches nothing while a region lives", async () => {
    state();
    const running = await part();
    const holder = { pid: process.pid, owner: "/home/bob/twinstack", stateDir: "/s", runDir: "/r" };
    const hold = await takeOver(settings.lock, settings.holderPath, holder);
    try {
      await expect(remove()).rejects.toMatchObject({
        code: "RegionHeld",
        message: expect.stringContaining("a region of /home/bob/twinstack") as string,
      });
      expect(isAlive(running)).toBe(true);
      expect(folders()).toHaveLength(2);
    } finally {
      hold.release();
    }
  });

  it("leaves the data of another checkout's dead region with folders of its own", async () => {
    state();
    const running = await part();
    const mine = { ...settings, stateDir: `${settings.stateDir}-2`, runDir: `${settings.runDir}-2` };
    const { stateDir, runDir } = settings;
    // It ended without letting go.
    writeFileSync(
      settings.holderPath,
      JSON.stringify({ pid: 2 ** 30, owner: "/home/bob/twinstack", stateDir, runDir }),
    );
    await removeWithoutRegion(mine, (line) => void notes.push(line));
    expect(isAlive(running)).toBe(false);
    expect(notes).toEqual([`ends the parts of /home/bob/twinstack; its data stay in ${stateDir}`]);
    expect(folders()).toEqual([stateDir, runDir]);
    expect(existsSync(mine.stateDir)).toBe(false);
  });

  it("refuses a folder that is somebody else's", async () => {
    mkdirSync(settings.stateDir, { recursive: true });
    writeFileSync(join(settings.stateDir, "thesis.tex"), "");
    await expect(remove()).rejects.toMatchObject({ code: "InvalidSetting" });
    expect(readdirSync(settings.stateDir)).toEqual(["thesis.tex"]);
  });

  it("goes on with a folder that an interrupted removal left", async () => {
    state();
    // No doorway makes the folder that is left: only the mark says whose it is.
    for (const name of ["resources", "pulumi"]) rmSync(join(settings.stateDir, name), { recursive: true });
    expect(readdirSync(settings.stateDir)).toEqual([".twinstack", "postgres"]);
    await remove();
    expect(folders()).toEqual([]);
  });
});
