import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { enterFiles } from "../local/parts/host/cgroup.ts";
import { tracesOf } from "../local/parts/host/testing/observe.ts";
import { claimStateDir } from "../local/region/state-dir.ts";
import { SandboxedRegion } from "../local/region/testing/sandboxed-region.ts";
import { down } from "./down.ts";
import { status } from "./status.ts";

/** A stack whose machine was started anew: /run is empty, nothing runs, and the state lies there. */
describe("after a reboot", () => {
  let region: SandboxedRegion;
  let printed: string;
  beforeEach(() => {
    region = new SandboxedRegion();
    printed = "";
    const write = (text: string | Uint8Array): boolean => {
      printed += text.toString();
      return true;
    };
    jest.spyOn(process.stdout, "write").mockImplementation(write);
    jest.spyOn(process.stderr, "write").mockImplementation(write);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await region.clear();
  });

  /** With such a record no region starts, and with such a stack no Pulumi: whoever tries fails. */
  function unusableState(): string {
    const { stateDir } = region.sandbox;
    claimStateDir(stateDir);
    const stacks = join(stateDir, "pulumi/stacks/.pulumi/stacks/twinstack");
    for (const folder of [stacks, join(stateDir, "resources")]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(stacks, "local.json"), "{");
    writeFileSync(join(stateDir, "resources/000001.json"), "{");
    utimesSync(join(stateDir, "resources"), 0, 0);
    return stateDir;
  }

  it("`make status` says what lies there, and starts nothing", async () => {
    const stateDir = unusableState();
    await status();
    expect(printed).toContain(
      `nothing runs: a reboot ended the stack; the state of 1 resource is in ${stateDir}\n`,
    );
    expect(printed).toContain('"make down" takes it away.\n');
    expect(existsSync(join(stateDir, "log"))).toBe(false);
    expect(tracesOf(region.sandbox)).toEqual([]);
  });

  it("`make down` takes it away without a region and without Pulumi", async () => {
    const stateDir = unusableState();
    await down();
    expect(printed).toContain("nothing runs: a reboot ended the stack");
    expect(existsSync(stateDir)).toBe(false);
    expect(tracesOf(region.sandbox)).toEqual([]);
    printed = "";
    await down();
    expect(printed).toMatch(/nothing is up\n$/);
  });

  it("`make status` and `make down` say that nothing is up only when nothing is there", async () => {
    await status();
    expect(printed).toBe('nothing is up on this machine; "make up" brings it up\n');
    printed = "";
    // A cgroup without a process is nobody.
    enterFiles(region.sandbox.scope.mark);
    await down();
    expect(printed).toMatch(/nothing is up\n$/);
  });
});
