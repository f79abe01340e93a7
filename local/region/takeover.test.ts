import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readHolder, takeOver } from "./takeover.ts";
import { isStopped } from "../parts/host/process-state.ts";
import { until } from "../parts/host/until.ts";
import type { ChildProcess } from "node:child_process";

const node = process.execPath;

describe("takeOver", () => {
  let folder: string;
  let lock: string;
  let holderPath: string;
  const me = { pid: process.pid, owner: "/here", stateDir: "/here/state", runDir: "/here/run" };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "twinstack-takeover-"));
    lock = `test-${folder}`;
    holderPath = join(folder, "holder.json");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A region of another checkout: takes the lock and stays. */
  async function holder(): Promise<ChildProcess> {
    const there = { owner: "/there", stateDir: "/there/state", runDir: "/there/run" };
    const script = `
      import { takeOver } from ${JSON.stringify(join(import.meta.dirname, "takeover.ts"))};
      await takeOver(${JSON.stringify(lock)}, ${JSON.stringify(holderPath)}, { pid: process.pid, ...${JSON.stringify(there)} });
      setInterval(() => {}, 1000);`;
    const child = spawn(node, ["--input-type=module", "-e", script], { stdio: "ignore" });
    await until("the other region", 30_000, () => readHolder(holderPath)?.pid === child.pid);
    return child;
  }

  async function killed(child: ChildProcess): Promise<void> {
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
  }

  it("says of a holder that is stopped how it goes on", async () => {
    const other = await holder();
    try {
      other.kill("SIGSTOP");
      await until("the other region to be stopped", 30_000, () => isStopped(other.pid ?? 0));
      await expect(takeOver(lock, holderPath, me)).rejects.toMatchObject({
        code: "RegionHeld",
        message: expect.stringMatching(
          new RegExp(
            `run "make down" in /there first \\(it is stopped: "kill -CONT ${other.pid}" lets it go on\\)$`,
          ),
        ),
      });
    } finally {
      await killed(other);
    }
  });

  it("names a live holder and does not touch it", async () => {
    const other = await holder();
    try {
      const before = readFileSync(holderPath, "utf8");
      await expect(takeOver(lock, holderPath, me)).rejects.toMatchObject({
        code: "RegionHeld",
        message:
          `a region of /there (process ${other.pid}) runs on this machine, which can hold one: ` +
          `run "make down" in /there first`,
      });
      expect(readFileSync(holderPath, "utf8")).toBe(before);
      expect(other.exitCode).toBeNull();
    } finally {
      await killed(other);
    }
  });

  it("takes over from a dead holder without asking, and says who it was", async () => {
    const other = await holder();
    await killed(other);
    const hold = await takeOver(lock, holderPath, me);
    try {
      expect(hold.previous).toEqual({
        pid: other.pid,
        owner: "/there",
        stateDir: "/there/state",
        runDir: "/there/run",
      });
      expect(readHolder(holderPath)).toEqual(me);
      await expect(takeOver(lock, holderPath, me)).rejects.toMatchObject({ code: "RegionHeld" });
    } finally {
      hold.release();
    }
  });

  it("leaves nothing when it lets go", async () => {
    (await takeOver(lock, holderPath, me)).release();
    const again = await takeOver(lock, holderPath, me);
    expect(again.previous).toBeUndefined();
    again.release();
    expect(readHolder(holderPath)).toBeUndefined();
  });
});
