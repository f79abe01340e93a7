import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runDir } from "../paths.ts";
import { writeFileAtomic } from "../parts/host/atomic-file.ts";
import { identify, signalProcess } from "../parts/host/process-identity.ts";
import { until } from "../parts/host/until.ts";

/** What a supervisor last did; times in milliseconds since 1970. */
export interface SupervisorState {
  readonly pid: number;
  readonly restarts: number;
  /** e.g. `SIGKILL` or `code 1`; undefined while the first region runs. */
  readonly lastExit?: string;
  readonly endedAt?: number;
  /** When the region is or was started again. */
  readonly nextTry?: number;
}

const ENDED_WITHIN_MS = 10_000;

const path = (): string => join(runDir(), "supervisor.json");

export function writeSupervisorState(state: SupervisorState): void {
  writeFileAtomic(path(), JSON.stringify(state));
}

/** Of the supervisor that lives; undefined when there is none. */
export function readSupervisorState(): SupervisorState | undefined {
  if (!existsSync(path())) return undefined;
  const state = JSON.parse(readFileSync(path(), "utf8")) as SupervisorState;
  return identify(state.pid) === undefined ? undefined : state;
}

/** One line for a person: who starts the region again, how often that was needed, and when it is tried next. */
export function describeSupervisor(now = Date.now()): string {
  const state = readSupervisorState();
  if (state === undefined) return 'none: a region that dies is started by the next "make up"';
  const { pid, restarts, lastExit = "", endedAt = 0, nextTry = 0 } = state;
  if (restarts === 0) return `process ${pid}, no restart`;
  const next = nextTry > now ? `, next try in ${Math.ceil((nextTry - now) / 1000)} s` : "";
  return `process ${pid}, ${restarts} ${restarts === 1 ? "restart" : "restarts"}, the last after ${lastExit} at ${new Date(endedAt).toISOString()}${next}`;
}

/** Waits until a supervisor is gone: it ends after its region has. */
export async function supervisorEnded(state: SupervisorState | undefined): Promise<void> {
  if (state === undefined) return;
  await until(
    `the region's supervisor (process ${state.pid}) to end`,
    ENDED_WITHIN_MS,
    () => identify(state.pid) === undefined,
  );
}

/** Ends the supervisor, if there is one, and the region that it may be starting. Rejects when it does not end in time. */
export async function endSupervisor(): Promise<void> {
  const state = readSupervisorState();
  const identity = state && identify(state.pid);
  if (identity) signalProcess(identity, "SIGTERM");
  await supervisorEnded(state);
}
