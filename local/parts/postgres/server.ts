import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { descendantsOf } from "../../toolchain/descendants.ts";
import { poll } from "../cluster/wait.ts";
import { killInNamespace } from "../host/hosts.ts";
import { readProc } from "../host/process-identity.ts";
import { removeSegments } from "../host/shared-memory.ts";
import { withSession } from "./admin.ts";
import { nodeLayout, processName } from "./layout.ts";
import { HOME, ownerOf, programPath } from "./program.ts";
import { NotReadyError } from "./not-ready.ts";
import { isPassing } from "./passing.ts";
import { Patience } from "./patience.ts";
import { lastComplaint, noteStart } from "./server-log.ts";
import { removeServerFiles } from "./server-files.ts";
import type { Machine } from "../machine.ts";
import type { Server } from "./admin.ts";

/** Crash recovery and a follower's way to a consistent state take their time. */
const START_MS = 60_000;
const FAST_STOP_MS = 10_000;
const PROBE_MS = 2000;
const SOON_MS = 2000;
const PROBE_EVERY_MS = 50;
const REMOVE_MS = 10_000;

/** Starts the server unless it runs. A crashed one is started by whoever looks after the instance, not by itself. */
export async function startServer(machine: Machine, host: string): Promise<void> {
  const owner = await ownerOf(machine);
  if (!isRunning(machine, host)) noteStart(machine, host);
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
  return (await look(machine, server)).answer;
}

/** The same, with why it does not answer. */
export async function look(
  machine: Machine,
  server: Server,
): Promise<{ readonly answer: Answer; readonly error?: unknown }> {
  if (!isRunning(machine, server.host)) return { answer: "silent" };
  return withSession(machine, server, (session) => session.query("SELECT 1"), { timeoutMs: PROBE_MS }).then(
    () => ({ answer: "answers" }),
    (error: unknown) => ({ answer: error instanceof pg.DatabaseError ? "refuses" : "silent", error }),
  );
}

export async function answers(machine: Machine, server: Server): Promise<boolean> {
  return (await probe(machine, server)) === "answers";
}

/**
 * Resolves when a server that was just started takes connections. Throws NotReadyError at once when it ends instead, or
 * refuses the region for good, and when its recovery has not got on for 60 s.
 */
export async function ready(machine: Machine, { host }: Server): Promise<void> {
  const patience = new Patience(START_MS);
  await takesConnections(machine, host, false, () => {
    patience.wait(recoveryWork(machine, host));
    if (patience.spent) return `does not answer after ${START_MS / 1000} s`;
    return undefined;
  });
}

/**
 * The same within two seconds: for a server that ran already, and for a follower, whose leader must not be left alone for
 * longer.
 */
export async function answersSoon(machine: Machine, { host }: Server): Promise<void> {
  const end = Date.now() + SOON_MS;
  await takesConnections(machine, host, true, () =>
    Date.now() > end ? `does not answer within ${SOON_MS / 1000} s` : undefined,
  );
}

async function takesConnections(
  machine: Machine,
  host: string,
  wasWell: boolean,
  late: () => string | undefined,
): Promise<void> {
  for (;;) {
    const { answer, error } = await look(machine, { host });
    if (answer === "answers") return;
    if (!isRunning(machine, host))
      throw new NotReadyError(host, `ended: ${lastComplaint(machine, host)}`, wasWell);
    if (answer === "refuses" && !isPassing(error))
      throw new NotReadyError(host, `refuses the region: ${(error as Error).message}`);
    const why = late();
    if (why !== undefined) throw new NotReadyError(host, why, wasWell);
    await delay(PROBE_EVERY_MS);
  }
}

/**
 * What the server's recovery is at, by the title of its process, e.g. `startup recovering 000000010000000000000003`; empty
 * for one that recovers nothing. Another text than before: it gets on.
 */
export function recoveryWork(machine: Machine, host: string): string {
  const server = machine.processes.list().find(({ name, running }) => running && name === processName(host));
  if (server === undefined) return "";
  const titles = descendantsOf(server.pid).map((pid) => readProc(`/proc/${pid}/cmdline`) ?? "");
  return (titles.find((title) => title.includes(": startup")) ?? "").replaceAll("\0", "").trim();
}

/** An orderly end: clients are disconnected, everything is on disk. Gone already is success. */
export async function stopServer(machine: Machine, host: string): Promise<void> {
  const name = processName(host);
  // SIGTERM alone, the supervisor's way, would wait for clients to leave.
  if (machine.processes.running(name)) machine.processes.signal(name, "SIGINT");
  await machine.processes.stop(name, FAST_STOP_MS);
}

/**
 * Ends a server at once with all its processes: of one that hangs, those that its first process leaves behind would keep the
 * next one from starting. Nothing else that runs in its host stays either.
 */
export async function killServer(machine: Machine, host: string): Promise<void> {
  await machine.processes.stop(processName(host), 0);
  const there = machine.hosts.get(host);
  if (there !== undefined) await killInNamespace(there.namespacePath);
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

/** A killed server leaves its System V segment. One that something still uses stays for the teardown to tell of. */
async function removeSharedMemory(machine: Machine, host: string): Promise<void> {
  const lockFile = join(nodeLayout(machine, host).data, "postmaster.pid");
  if (existsSync(lockFile)) await removeSegments(machine.run, [], [lockFile]);
}
