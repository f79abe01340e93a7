import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lock-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const never = (): void => {
  throw new Error("waited although nobody held the lock");
};

describe("withLock", () => {
  it("lets one in at a time and tells the other that it waits", async () => {
    const order: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const first = withLock(join(folder, "lock"), never, async () => {
      order.push("first in");
      await held;
      order.push("first out");
    });
    while (order.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const second = withLock(join(folder, "lock"), release, async () => {
      order.push("second in");
    });
    await Promise.all([first, second]);
    expect(order).toEqual(["first in", "first out", "second in"]);
  });

  it("gives the lock back when the work throws", async () => {
    const lock = join(folder, "lock");
    await expect(withLock(lock, never, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(withLock(lock, never, async () => "in")).resolves.toBe("in");
  });

  it("is free again when the holding process dies, which closes its pipe", async () => {
    const lock = join(folder, "lock");
    const holder = spawn("flock", ["--exclusive", lock, "sh", "-c", "echo held; exec cat"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    const taken = withLock(
      lock,
      () => holder.stdin.destroy(),
      async () => "in",
    );
    await expect(taken).resolves.toBe("in");
  });

  it("does not wait for a holder that is stopped, names it, and does not take its lock later", async () => {
    const lock = join(folder, "lock");
    const script = `
      import { withLock } from ${JSON.stringify(join(import.meta.dirname, "lock.ts"))};
      await withLock(${JSON.stringify(lock)}, () => {}, () => { console.log("in"); return new Promise((end) => setTimeout(end, 60_000)); });`;
    const other = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(other.stdout, "data");
      other.kill("SIGSTOP");
      await expect(
        withLock(
          lock,
          () => undefined,
          async () => "in",
          200,
        ),
      ).rejects.toThrow(
        `${lock} is held by another run (process ${other.pid}, stopped: "kill -CONT ${other.pid}" lets it go on), or end it, and try again`,
      );
    } finally {
      other.kill("SIGKILL");
    }
    await expect(
      withLock(
        lock,
        () => undefined,
        async () => "in",
      ),
    ).resolves.toBe("in");
  });
});
