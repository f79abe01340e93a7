import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { membersOf } from "./cgroup.ts";
import { cgroupOf, gone, launch } from "./launch.ts";
import { bootId, identify, isAlive, readProc, signalProcess } from "./process-identity.ts";
import { lastLines } from "./log-tail.ts";
import { ProcessRecords } from "./process-record.ts";
import type { ProcessSpec, ProcessState, Processes } from "../machine.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { Scope } from "./scope.ts";

const POLL_MS = 500;
const FIRST_BACKOFF_MS = 100;
const LAST_BACKOFF_MS = 5000;
/** A process that ran this long has recovered: its next death is restarted without delay. */
const STABLE_MS = 10_000;
const GRACE_MS = 5000;

interface Supervised {
  spec: ProcessSpec;
  identity: ProcessIdentity | undefined;
  startedAt: number;
  /** Next delay before a restart. */
  backoffMs: number;
  restartAt: number;
  restarts: number;
  /** Why the last start failed. */
  failure: string | undefined;
  /** Serialises start, stop and restart of this process. */
  busy: Promise<void>;
  wanted: boolean;
}

export interface ProcessesOptions {
  readonly scope: Scope;
  readonly stateDir: string;
  readonly runDir: string;
  /** The namespace file of a host; throws when there is no such host. */
  readonly namespacePath: (host: string) => string;
}

export interface SupervisedProcesses extends Processes {
  /** Stops supervising; the processes run on. */
  close(): void;
}

/** Takes over what earlier regions started and supervises it: pids are polled, because they are not our children. */
export function createProcesses(options: ProcessesOptions): SupervisedProcesses {
  const records = new ProcessRecords(options.runDir);
  const table = new Map<string, Supervised>();
  for (const { spec, identity } of records.load()) {
    // After a reboot nothing runs, nor does its host exist: the drivers start it anew, in order.
    if (identity && identity.boot !== bootId()) {
      records.remove(spec.name);
      continue;
    }
    table.set(spec.name, supervised(spec, identity ?? findStarted(spec, cgroupOf(options.scope, spec))));
  }

  const running = (process: Supervised): boolean =>
    process.identity !== undefined && isAlive(process.identity);

  async function start(process: Supervised): Promise<void> {
    const { spec } = process;
    records.save({ spec, identity: undefined });
    process.identity = undefined;
    const launched = await launch(spec, {
      scope: options.scope,
      logPath: logPath(options.stateDir, spec.name),
      namespacePath: spec.host === undefined ? undefined : options.namespacePath(spec.host),
    });
    process.identity = launched.identity;
    process.startedAt = Date.now();
    process.failure = undefined;
    records.save({ spec, identity: launched.identity });
    // A child's end is known at once; an adopted process waits for the next poll.
    launched.child.once("exit", () => void check(process));
  }

  async function end(process: Supervised, graceMs: number): Promise<void> {
    const { identity } = process;
    if (!identity || !signalProcess(identity, "SIGTERM")) return;
    const alive = (): boolean => isAlive(identity);
    await gone(process.spec.name, alive, graceMs).catch(async () => {
      signalProcess(identity, "SIGKILL");
      await gone(process.spec.name, alive, GRACE_MS);
    });
  }

  async function check(process: Supervised): Promise<void> {
    if (!process.wanted || process.spec.restart === "never" || running(process)) return;
    if (process.restartAt === 0) {
      if (Date.now() - process.startedAt > STABLE_MS) process.backoffMs = FIRST_BACKOFF_MS;
      process.restartAt = Date.now() + process.backoffMs;
      setTimeout(() => void check(process), process.backoffMs).unref();
      process.backoffMs = Math.min(process.backoffMs * 2, LAST_BACKOFF_MS);
      return;
    }
    if (Date.now() < process.restartAt) return;
    await exclusive(process, async () => {
      process.restartAt = 0;
      if (!process.wanted || running(process)) return;
      process.restarts += 1;
      await start(process).catch((error: unknown) => {
        process.failure = (error as Error).message;
      });
    });
  }

  let closed = false;
  const poll = setInterval(() => {
    for (const process of table.values()) void check(process);
  }, POLL_MS);
  poll.unref();

  async function ensure(spec: ProcessSpec): Promise<void> {
    if (closed) throw new Error(`${spec.name}: the region is ending, nothing is started any more`);
    const known = table.get(spec.name);
    const process = known ?? supervised(spec, undefined);
    table.set(spec.name, process);
    await exclusive(process, async () => {
      if (running(process) && isDeepStrictEqual(plain(process.spec), plain(spec))) return;
      await end(process, GRACE_MS);
      process.spec = spec;
      process.wanted = true;
      process.backoffMs = FIRST_BACKOFF_MS;
      process.restartAt = 0;
      await start(process);
    });
  }

  async function stop(name: string, graceMs = GRACE_MS): Promise<void> {
    const process = table.get(name);
    if (!process) return;
    process.wanted = false;
    await exclusive(process, async () => {
      await end(process, graceMs);
      records.remove(name);
      if (!process.wanted && table.get(name) === process) table.delete(name);
    });
  }

  return {
    ensure,
    stop,
    async stopHost(host) {
      const names = [...table.values()].filter(({ spec }) => spec.host === host).map(({ spec }) => spec.name);
      await Promise.all(names.map((name) => stop(name)));
    },
    running(name) {
      const process = table.get(name);
      return process !== undefined && running(process);
    },
    list: () => [...table.values()].map((process) => state(process, running(process))),
    signal(name, signal) {
      const identity = table.get(name)?.identity;
      if (!identity || !signalProcess(identity, signal)) throw new Error(`${signal}: ${name} is not running`);
    },
    lastWords: (name) => lastLines(logPath(options.stateDir, name)).slice(-2).join("; "),
    close() {
      closed = true;
      clearInterval(poll);
      for (const process of table.values()) process.wanted = false;
    },
  };
}

export function logPath(stateDir: string, name: string): string {
  return join(stateDir, "log", `${name.replaceAll("/", "-")}.log`);
}

function supervised(spec: ProcessSpec, identity: ProcessIdentity | undefined): Supervised {
  return {
    spec,
    identity,
    startedAt: 0,
    backoffMs: FIRST_BACKOFF_MS,
    restartAt: 0,
    restarts: 0,
    failure: undefined,
    busy: Promise.resolve(),
    wanted: true,
  };
}

/** A start whose record was cut off: the program in the process's own cgroup with the very same arguments. */
function findStarted(spec: ProcessSpec, cgroup: string): ProcessIdentity | undefined {
  const commandLine = [spec.command, ...spec.args, ""].join("\0");
  const pid = membersOf(cgroup).find((member) => readProc(`/proc/${member}/cmdline`) === commandLine);
  return pid === undefined ? undefined : identify(pid);
}

/** One at a time; a failed turn does not stop the next. */
function exclusive(process: Supervised, turn: () => Promise<void>): Promise<void> {
  const result = process.busy.then(turn);
  process.busy = result.catch(() => undefined);
  return result;
}

/** As it comes back from the record: without keys that are undefined. */
function plain(spec: ProcessSpec): unknown {
  return JSON.parse(JSON.stringify(spec));
}

function state(process: Supervised, running: boolean): ProcessState {
  return {
    name: process.spec.name,
    pid: process.identity?.pid ?? 0,
    running,
    restarts: process.restarts,
    ...(process.failure === undefined ? {} : { failure: process.failure }),
  };
}
