import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

const noticeAfterMs = 500;

/**
 * Runs `work` while holding the lock file, through flock(1): the kernel gives the lock back when the holder
 * dies, however it dies. `waiting` is called once when another process holds it.
 */
export async function withLock<T>(path: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  // `cat` holds the lock until this process closes the pipe, by finishing or by dying.
  const holder = spawn("flock", ["--exclusive", path, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const notice = setTimeout(waiting, noticeAfterMs);
  try {
    const ended = once(holder, "exit").then(([code]) => {
      throw new Error(`flock ${path} ended with ${String(code)} before it held the lock`);
    });
    await Promise.race([once(holder.stdout, "data"), ended]);
    clearTimeout(notice);
    ended.catch(() => undefined);
    return await work();
  } finally {
    clearTimeout(notice);
    holder.stdin.end();
  }
}
