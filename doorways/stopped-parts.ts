import { setTimeout as delay } from "node:timers/promises";
import { describeProcess, isStopped } from "../local/parts/host/process-state.ts";
import { callRegion } from "../local/region/client.ts";
import type { RegionStatus } from "../local/region/protocol.ts";
import { detail } from "./say.ts";
import { UserError } from "./user-error.ts";

/** A database's or cache's node that says nothing is replaced by the region within this. */
const REPAIRED_WITHIN_MS = 20_000;
const PAUSE_MS = 500;

/** e.g. `kube-apiserver on eks-control (process 7, stopped: "kill -CONT 7" lets it go on)`, one for each that SIGSTOP holds. */
export function stoppedParts(
  { hosts }: Pick<RegionStatus, "hosts">,
  holds: (pid: number) => boolean = isStopped,
): readonly string[] {
  return hosts.flatMap((host) =>
    host.processes
      .filter(({ running, pid }) => running && holds(pid))
      .map(
        ({ name, pid }) => `${name.slice(name.indexOf("/") + 1)} on ${host.name} (${describeProcess(pid)})`,
      ),
  );
}

/**
 * Resolves when no part is held by SIGSTOP: whoever asked one would wait until his own limit, and nothing would say for whom. Waits
 * for what the region repairs by itself. Rejects with a UserError that names those that stay, and what lets each go on.
 */
export async function refuseStoppedParts(waitMs = REPAIRED_WITHIN_MS, read = regionStatus): Promise<void> {
  const end = Date.now() + waitMs;
  let said = "";
  for (;;) {
    const stopped = stoppedParts(await read());
    if (stopped.length === 0) return;
    if (Date.now() > end) {
      throw new UserError(`parts are stopped, and whoever asks them would wait:\n  ${stopped.join("\n  ")}`);
    }
    const words = `stopped: ${stopped.join("; ")}; waiting for the region to replace them`;
    if (words !== said) detail(words);
    said = words;
    await delay(PAUSE_MS);
  }
}

const regionStatus = (): Promise<Pick<RegionStatus, "hosts">> => callRegion("status", {});
