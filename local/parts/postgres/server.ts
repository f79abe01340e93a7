import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { poll } from "../cluster/wait.ts";
import { withSession } from "./admin.ts";
import { nodeLayout, processName } from "./layout.ts";
import { HOME, ownerOf, programPath } from "./program.ts";
import { removeServerFiles } from "./server-files.ts";
import type { Machine } from "../machine.ts";
import type { Server } from "./admin.ts";

/** Crash recovery and a follower's way to a consistent state take their time. */
const START_MS = 60_000;
const FAST_STOP_MS = 10_000;
const PROBE_MS = 2000;
const PROBE_EVERY_MS = 50;
const REMOVE_MS = 10_000;

/** Starts the server unless it runs. A crashed one is started by whoever looks after the instance, not by itself. */
export async function startServer(machine: Machine, host: string): Promise<void> {
  const owner = await ownerOf(machine);
  await machine.processes.ensure({
    name: processName(host),
    host,
    command: programPath("postgres"),
    args: ["-c", `config_file=${nodeLayout(machine, host).configuration}`],
    env: HOME,
    user: owner,
    restart: "never",
  });
}

export function isRunning(machine: Machine, host: string): boolean {
  return machine.processes.running(processName(host));
}

/** `refuses`: it is there and says why not yet, as during crash recovery. `silent`: it says nothing, or has ended. */
export type Answer = "answers" | "refuses" | "silent";

export async function probe(machine: Machine, server: Server): Promise<Answer> {
  if (!isRunning(machine, server.host)) return "silent";
  return withSession(machine, server, (session) => session.query("SELECT 1"), { timeoutMs: PROBE_MS }).then(
    () => "answers",
    (error: unknown) => (error instanceof pg.DatabaseError ? "refuses" : "silent"),
  );
}

export async function answers(machine: Machine, server: Server): Promise<boolean> {
  return (await probe(machine, server)) === "answers";
}

/** A server that was started and does not take connections. */
export class NotReadyError extends Error {
  readonly host: string;
  constructor(host: string, why: string) {
    super(`the PostgreSQL server ${host} ${why}`);
    this.name = "NotReadyError";
    this.host = host;
  }
}

/** Resolves when it takes connections; throws NotReadyError when it does not in time, and at once when it ends instead. */
export async function ready(machine: Machine, { host }: Server, deadlineMs = START_MS): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await answers(machine, { host }))) {
    if (!isRunning(machine, host)) {
      throw new NotReadyError(host, `ended at its start: ${lastError(machine, host)}`);
    }
    if (Date.now() > end) throw new NotReadyError(host, `does not answer after ${deadlineMs / 1000} s`);
    await delay(PROBE_EVERY_MS);
  }
}

/** The last complaint in its log. */
function lastError(machine: Machine, host: string): string {
  const log = join(dirname(machine.dataDir("postgres")), "log", `${host}-postgres.log`);
  if (!existsSync(log)) return "it left no log";
  const lines = readFileSync(log, "utf8").split("\n");
  return lines.findLast((line) => /(FATAL|PANIC|invalid)/.test(line)) ?? `see ${log}`;
}

/** An orderly end: clients are disconnected, everything is on disk. Gone already is success. */
export async function stopServer(machine: Machine, host: string): Promise<void> {
  const name = processName(host);
  // SIGTERM alone, the supervisor's way, would wait for clients to leave.
  if (machine.processes.running(name)) machine.processes.signal(name, "SIGINT");
  await machine.processes.stop(name, FAST_STOP_MS);
}

/**
 * Ends a server that may not serve any more, however it fares: its processes are killed with its host. When this
 * resolves nothing of it accepts or acknowledges a write.
 */
export async function removeServer(machine: Machine, host: string): Promise<void> {
  await machine.processes.stop(processName(host), 0);
  // A killed process may hold its cgroup a moment longer while its memory is freed.
  await poll(`the removal of host ${host}`, REMOVE_MS, () => machine.hosts.remove(host));
  await removeSharedMemory(machine, host);
  await removeServerFiles(machine, host);
}

/**
 * A killed server leaves its System V segment, which is no file and goes with nothing else. Line 7 of postmaster.pid
 * names its key and id (PostgreSQL's miscadmin.h).
 */
async function removeSharedMemory(machine: Machine, host: string): Promise<void> {
  const path = join(nodeLayout(machine, host).data, "postmaster.pid");
  if (!existsSync(path)) return;
  const [key, id] = (readFileSync(path, "utf8").split("\n")[6] ?? "").trim().split(/\s+/);
  // Columns of proc(5)'s sysvipc/shm: key, shmid, perms, size, cpid, lpid, nattch. A reused id has another key.
  const segments = readFileSync("/proc/sysvipc/shm", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  if (id === undefined || !segments.some((each) => each[0] === key && each[1] === id && each[6] === "0"))
    return;
  await machine.run("ipcrm", ["-m", id]);
}
