import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { HELD } from "./settings.ts";
import type { SupervisorState } from "./supervisor-state.ts";

/** What a region's main.ts sends its parent when it answers. */
export const SERVING = "serving";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** One that answered for so long is not part of a crash loop. */
const STEADY_MS = 60_000;

export interface SupervisorOptions {
  /** The region's main.ts. */
  readonly program: string;
  /** Removed by `make down`: without it there is nothing to supervise. */
  readonly mark: string;
  /** The region answers. */
  readonly serves: () => void;
  /** It died, and is started again at `nextTry`. */
  readonly died: (state: Omit<SupervisorState, "pid">) => void;
  /** Aborted: the region is to end in order, and no other is started. */
  readonly stop: AbortSignal;
  /** In milliseconds; default half a second. */
  readonly firstPauseMs?: number;
  readonly now?: () => number;
}

/** How one run of the region ended. */
interface Ended {
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  /** It answered, for so many milliseconds; undefined when it never did. */
  readonly servedMs: number | undefined;
}

/**
 * Runs the region, and again whenever it dies: after half a second, then after twice as long each time until it has answered
 * for a minute, a minute at most. Answers the code to end with when it is not to run any more: it ended in order (`shutdown`, SIGTERM),
 * never answered at all, another region has the machine, its checkout or its state is gone, or `stop` says so.
 */
export async function supervise(options: SupervisorOptions): Promise<number> {
  const { program, mark, died, stop, firstPauseMs = FIRST_PAUSE_MS, now = Date.now } = options;
  const isOver = (): boolean => stop.aborted || !existsSync(program) || !existsSync(mark);
  let pause = firstPauseMs;
  for (let restarts = 0; ; restarts += 1) {
    const { code, signal, servedMs } = await run(options);
    if ((code === 0 && signal === null) || code === HELD) return code;
    // It was told to end before it could do so in order.
    if (stop.aborted && signal === "SIGTERM") return 0;
    if (servedMs === undefined && restarts === 0) return code;
    if (isOver()) return code;
    if (servedMs !== undefined && servedMs >= STEADY_MS) pause = firstPauseMs;
    const lastExit = signal ?? `code ${code}`;
    const endedAt = now();
    died({ restarts: restarts + 1, lastExit, endedAt, nextTry: endedAt + pause });
    await delay(pause, undefined, { signal: stop }).catch(() => undefined);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    if (isOver()) return code;
  }
}

/** In this process's own environment, with its log. */
function run({ program, serves, stop, now = Date.now }: SupervisorOptions): Promise<Ended> {
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  let servingSince: number | undefined;
  child.on("message", (message) => {
    if (message !== SERVING) return;
    servingSince = now();
    serves();
  });
  const end = (): void => void child.kill("SIGTERM");
  stop.addEventListener("abort", end);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      stop.removeEventListener("abort", end);
      const servedMs = servingSince === undefined ? undefined : now() - servingSince;
      resolve({ code: code ?? exitCodeOf(signal), signal, servedMs });
    });
  });
}

/** As a shell says it: 128 and the signal's number. */
const exitCodeOf = (signal: NodeJS.Signals | null): number => 128 + (signal ? constants.signals[signal] : 0);

/** The signal that ended a process of which an exit code of this kind tells; undefined for an exit of its own. */
export function signalOf(code: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number + 128 === code)?.[0];
}

/** The mark of a state folder (state-dir.ts). */
export const markOf = (stateDir: string): string => join(stateDir, ".twinstack");
