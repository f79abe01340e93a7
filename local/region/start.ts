import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { compileCacheDir, stateDir } from "../paths.ts";
import { identify, isAlive, parentOf, signalProcess } from "../parts/host/process-identity.ts";
import { until } from "../parts/host/until.ts";
import { callRegion } from "./client.ts";
import { RegionError } from "./region-error.ts";
import { HELD, holderPath } from "./settings.ts";
import { claimStateDir } from "./state-dir.ts";
import { signalOf } from "./supervisor.ts";
import { readHolder } from "./takeover.ts";
import type { ChildProcess } from "node:child_process";
import type { RegionStatus } from "./protocol.ts";

const START_DEADLINE_MS = 60_000;
const KILLED_WITHIN_MS = 10_000;
const LOG_LINES = 20;
/** This checkout's folder, as a region reports it. */
const CHECKOUT = join(import.meta.dirname, "../..");

export interface StartOptions {
  /** False: resources are recorded and nothing runs; needs no root. */
  readonly parts: boolean;
  /** True: a supervisor starts it again when it dies. Default false. */
  readonly supervised?: boolean;
  /** True: one of this checkout that does not answer is killed, and another takes its parts over. Default false. */
  readonly replaceSilent?: boolean;
}

/**
 * The region of this checkout, started detached unless it runs. Rejects when another checkout's region holds the
 * machine (naming it), when the one that runs has parts on where off was asked for or the other way round, and with
 * the end of its log when it does not come up. A region of older code is not restarted: `outdated` says so.
 */
export async function ensureRegion(options: StartOptions): Promise<RegionStatus> {
  const running = await statusIfRunning().catch((error: unknown) => endSilent(error, options));
  if (running) return accept(running, options);
  claimStateDir(stateDir());
  const logPath = join(stateDir(), "log", "region.log");
  const before = existsSync(logPath) ? statSync(logPath).size : 0;
  const child = startDetached(options, logPath);
  const end = Date.now() + START_DEADLINE_MS;
  let lost = false;
  for (;;) {
    const answer = await statusIfRunning();
    if (answer) {
      // Somebody else's start won. Ours would find the machine held; should the winner end now, it would not.
      if (![answer.pid, parentOf(answer.pid)].includes(child.pid)) await ended(child);
      return accept(answer, options);
    }
    if (!lost && (child.exitCode !== null || child.signalCode !== null)) {
      // Another start of this checkout may have won at the same moment: its region answers when it has cleared up.
      lost = child.exitCode === HELD && readHolder(holderPath(options.parts))?.owner === CHECKOUT;
      if (lost) continue;
      const signal = child.signalCode ?? signalOf(child.exitCode ?? 0);
      const how = signal === undefined ? "ended at once" : `was ended by ${signal} before it answered`;
      throw new RegionError("RegionNotStarted", `the region ${how}:\n${tail(logPath, before)}`);
    }
    if (Date.now() > end) {
      throw new RegionError(
        "RegionNotStarted",
        `the region (process ${lost ? readHolder(holderPath(options.parts))?.pid : child.pid}) does not answer after ${START_DEADLINE_MS / 1000} s:\n${tail(logPath, before)}`,
      );
    }
    await delay(50);
  }
}

async function statusIfRunning(): Promise<RegionStatus | undefined> {
  try {
    return await callRegion("status", {});
  } catch (error) {
    // One that dies at this very moment answers no more than one that never ran.
    if (error instanceof RegionError && ["RegionNotRunning", "RegionDied"].includes(error.code))
      return undefined;
    throw error;
  }
}

/** Rejects with `error` for all but a region of this checkout that was found silent and may be ended. */
export async function endSilent(
  error: unknown,
  { replaceSilent = false, parts }: StartOptions,
): Promise<undefined> {
  const holder = readHolder(holderPath(parts));
  const identity = holder && identify(holder.pid);
  const isSilent = error instanceof RegionError && error.code === "RegionSilent";
  if (!isSilent || !replaceSilent || !identity || holder.owner !== CHECKOUT) throw error;
  signalProcess(identity, "SIGKILL");
  await until(`the region (process ${holder.pid}) to end`, KILLED_WITHIN_MS, () => !isAlive(identity));
  return undefined;
}

function accept(status: RegionStatus, { parts }: StartOptions): RegionStatus {
  if (status.owner !== CHECKOUT) {
    throw new RegionError(
      "RegionHeld",
      `a region of ${status.owner} (process ${status.pid}) runs on this machine, which can hold one: ` +
        `run "make down" in ${status.owner} first`,
    );
  }
  if (status.parts !== parts) {
    throw new RegionError(
      "RegionMismatch",
      `the region that runs (process ${status.pid}) has parts ${status.parts ? "on" : "off"}: run "make down" first`,
    );
  }
  return status;
}

function startDetached({ parts, supervised = false }: StartOptions, logPath: string): ChildProcess {
  mkdirSync(join(stateDir(), "log"), { recursive: true, mode: 0o700 });
  const log = openSync(logPath, "a", 0o600);
  try {
    const program = join(import.meta.dirname, supervised ? "supervisor-main.ts" : "main.ts");
    const child = spawn(process.execPath, [program], {
      cwd: CHECKOUT,
      detached: true,
      stdio: ["ignore", log, log],
      // Half of its start would be compiling.
      env: { ...environment(), NODE_COMPILE_CACHE: compileCacheDir(), TWINSTACK_PARTS: parts ? "on" : "off" },
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** Not the caller's whole shell: passphrases and credentials in it are not the region's business. */
function environment(): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "LANG", "XDG_CACHE_HOME"];
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => names.includes(name) || name.startsWith("TWINSTACK_")),
  );
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  // Detached children do not keep this process alive: it would end here, with the promise unsettled.
  child.ref();
  child.kill();
  await exited;
}

function tail(logPath: string, from: number): string {
  const text = readFileSync(logPath).subarray(from).toString();
  return `${text.trimEnd().split("\n").slice(-LOG_LINES).join("\n")}\n(the whole log: ${logPath})`;
}
