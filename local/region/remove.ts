import { RegionError } from "./region-error.ts";
import { removeEverything } from "./shutdown.ts";
import { claimStateDir } from "./state-dir.ts";
import { takeOver } from "./takeover.ts";
import type { Settings } from "./settings.ts";

/**
 * Takes away what a stack left that no region answers for: what of it runs is ended, and nothing is started. It reads
 * no record, so a damaged or half removed state is no matter. Holds the machine meanwhile. Of another checkout's stack
 * with folders of its own the processes are ended, which bear our names, and the folders stay.
 *
 * Throws a RegionError: `RegionHeld` when a region lives, `InvalidSetting` when the state folder is not ours,
 * `TeardownIncomplete` with what stayed; the folders stay too then.
 */
export async function removeWithoutRegion(settings: Settings, note: (line: string) => void): Promise<void> {
  const { stateDir, runDir, owner } = settings;
  if (settings.parts && process.getuid?.() !== 0) {
    throw new RegionError("AccessDenied", "hosts and processes are removed by root: run this with sudo");
  }
  const me = { pid: process.pid, owner, stateDir, runDir };
  const hold = await takeOver(settings.lock, settings.holderPath, me);
  try {
    claimStateDir(stateDir);
    const { previous } = hold;
    const elsewhere = previous && (previous.stateDir !== stateDir || previous.runDir !== runDir);
    if (elsewhere) note(`ends the parts of ${previous.owner}; its data stay in ${previous.stateDir}`);
    await removeEverything(settings, note, elsewhere ? [previous] : []);
  } finally {
    hold.release();
  }
}
