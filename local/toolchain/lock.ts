import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { unlessGone } from "../parts/host/process-identity.ts";
import { describeProcess, isStopped } from "../parts/host/process-state.ts";

const noticeAfterMs = 500;
/** A holder that is found stopped for so long is not waited for. */
const stoppedMs = 10_000;

/** `cat` holds the lock until this process closes the pipe, by finishing or by dying; the file says who that is. */
const HOLD = 'echo "$2" >"$1"; echo held; exec cat';

/**
 * Runs `work` while holding the lock file, through flock(1): the kernel gives the lock back when the holder
 * dies, however it dies. `waiting` is called once when another process holds it. Rejects when that one stays stopped.
 */
export async function withLock<T>(
  path: string,
  waiting: () => void,
  work: () => Promise<T>,
  patienceMs = stoppedMs,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const wait = ["--exclusive", path, "sh", "-c", HOLD, "sh", path, `${process.pid}`];
  const holder = spawn("flock", wait, { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const notice = setTimeout(waiting, noticeAfterMs);
  const watch = new Watch(path, patienceMs);
  try {
    const ended = once(holder, "exit").then(([code]) => {
      throw new Error(`flock ${path} ended with ${String(code)} before it held the lock`);
    });
    ended.catch(() => undefined);
    await Promise.race([once(holder.stdout, "data"), ended, watch.stopped]);
    clearTimeout(notice);
    watch.end();
    return await work();
  } catch (error) {
    // It waits still, and would take the lock one day.
    if (error instanceof HolderStopped) endGroup(holder);
    throw error;
  } finally {
    clearTimeout(notice);
    watch.end();
    holder.stdin.end();
  }
}

/** The holder of a lock was stopped (SIGSTOP, Ctrl-Z) and is not waited for. */
export class HolderStopped extends Error {}

/** Rejects `stopped` when the lock's holder was stopped at every look for so long. */
class Watch {
  readonly stopped: Promise<never>;
  readonly #timer: NodeJS.Timeout;

  constructor(path: string, patienceMs: number) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.stopped = promise;
    promise.catch(() => undefined);
    const looks = 10;
    let seen = 0;
    this.#timer = setInterval(() => {
      const pid = holderOf(path);
      seen = pid !== undefined && isStopped(pid) ? seen + 1 : 0;
      if (pid === undefined || seen < looks) return;
      reject(
        new HolderStopped(
          `${path} is held by another run (${describeProcess(pid)}), or end it, and try again`,
        ),
      );
    }, patienceMs / looks);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

/** Undefined before the first one has written who it is. */
function holderOf(path: string): number | undefined {
  const pid = Number(unlessGone(() => readFileSync(path, "utf8")) ?? "");
  return pid > 0 ? pid : undefined;
}

function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}
