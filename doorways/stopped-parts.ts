import { setTimeout as delay } from "node:timers/promises";
import { describeProcess, isStopped } from "../local/parts/host/process-state.ts";
import { callRegion } from "../local/region/client.ts";
import type { RegionStatus } from "../local/region/protocol.ts";
import { detail } from "./say.ts";
import { UserError } from "./user-error.ts";

/** A node of a database or a cache that says nothing is replaced by the region, within the time below. */
const REPLACED = /\/(postgres|redis-server)$/;
const REPLACED_WITHIN_MS = 20_000;
const PAUSE_MS = 500;

/** A part's process that SIGSTOP holds. */
export interface StoppedPart {
  /** e.g. `kube-apiserver on eks-control (process 7, stopped: "kill -CONT 7" lets it go on)`. */
  readonly words: string;
  /** The region replaces it soon. */
  readonly replaced: boolean;
}

/** The program in the name of a part's process, without its host: `kube-apiserver` of `eks-control/kube-apiserver`. */
export const programOf = (name: string): string => name.slice(name.indexOf("/") + 1);

export function stoppedParts({ hosts }: Pick<RegionStatus, "hosts">): readonly StoppedPart[] {
  return hosts.flatMap((host) =>
    host.processes
      .filter(({ running, pid }) => running && isStopped(pid))
      .map(({ name, pid }) => ({
        words: `${programOf(name)} on ${host.name} (${describeProcess(pid)})`,
        replaced: REPLACED.test(name),
      })),
  );
}

/**
 * Resolves when no part is held by SIGSTOP: whoever asked one would wait until his own limit, and nothing would say for whom. Waits
 * for what the region replaces. Rejects with a UserError that names those that stay, and what lets each go on.
 */
export async function refuseStoppedParts(waitMs = REPLACED_WITHIN_MS, read = regionStatus): Promise<void> {
  const end = Date.now() + waitMs;
  let said = "";
  for (;;) {
    const stopped = stoppedParts(await read());
    if (stopped.length === 0) return;
    if (Date.now() > end || stopped.some(({ replaced }) => !replaced)) {
      const lines = stopped.map(({ words }) => words).join("\n  ");
      throw new UserError(`parts are stopped, and whoever asks them would wait:\n  ${lines}`);
    }
    const waiting = `waiting for the region to replace ${stopped.map(({ words }) => words).join(", ")}`;
    if (waiting !== said) detail(waiting);
    said = waiting;
    await delay(PAUSE_MS);
  }
}

const regionStatus = (): Promise<Pick<RegionStatus, "hosts">> => callRegion("status", {});
