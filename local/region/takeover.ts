import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { writeFileAtomic } from "../parts/host/atomic-file.ts";
import { identify } from "../parts/host/process-identity.ts";
import { isStopped } from "../parts/host/process-state.ts";
import { RegionError } from "./region-error.ts";
import type { Server } from "node:net";

const FREED_WITHIN_MS = 2000;

/** Who holds this machine, for the error another region shows and for clearing up after it. */
export interface Holder {
  readonly pid: number;
  /** The checkout it runs from. */
  readonly owner: string;
  readonly stateDir: string;
  readonly runDir: string;
}

export interface Hold {
  /** The holder before this one, when it ended without letting go. */
  readonly previous: Holder | undefined;
  release(): void;
}

/**
 * Takes the machine for this process. The lock is an abstract Unix socket: the kernel frees it with its process,
 * however that ends, so a holder with no live process is taken over without asking, and a live one never is.
 * Throws `RegionHeld`, naming the holder.
 */
export async function takeOver(lock: string, holderPath: string, me: Holder): Promise<Hold> {
  const end = Date.now() + FREED_WITHIN_MS;
  let server = await bind(lock);
  // The kernel takes a moment to free what a killed process held.
  while (!server && !alive(readHolder(holderPath)) && Date.now() < end) {
    await delay(20);
    server = await bind(lock);
  }
  const previous = readHolder(holderPath);
  if (!server) throw new RegionError("RegionHeld", held(previous));
  server.unref();
  writeFileAtomic(holderPath, JSON.stringify(me));
  return {
    previous,
    release() {
      rmSync(holderPath, { force: true });
      server.close();
    },
  };
}

/** Undefined when another process has it. */
function bind(lock: string): Promise<Server | undefined> {
  const server = createServer((connection) => connection.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(`\0${lock}`, () => resolve(server));
  });
}

function alive(holder: Holder | undefined): boolean {
  return holder !== undefined && identify(holder.pid) !== undefined;
}

export function readHolder(path: string): Holder | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Holder) : undefined;
}

function held(holder: Holder | undefined): string {
  if (!holder) return "another region holds this machine and has not said which yet: try again";
  return (
    `a region of ${holder.owner} (process ${holder.pid}) runs on this machine, which can hold one: ` +
    `run "make down" in ${holder.owner} first${isStopped(holder.pid) ? ` (it is stopped: "kill -CONT ${holder.pid}" lets it go on)` : ""}`
  );
}
