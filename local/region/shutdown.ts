import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { removeFolders, teardown } from "../parts/host/teardown.ts";
import { RegionError } from "./region-error.ts";
import { removeStateDir } from "./state-dir.ts";
import type { LocalMachine } from "../parts/host/machine.ts";
import type { DriverSet } from "./drivers.ts";
import type { Progress } from "./part.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";

/** Parts get this long to end in order; then teardown ends what is left. */
const ORDERLY_MS = 10_000;

/**
 * Ends every part, newest first, then removes everything of ours, also what no record knows, and the folders last.
 * Throws `TeardownIncomplete` with each thing that stayed; the folders stay too then, so that it can be repeated.
 */
export async function shutdown(
  settings: Settings,
  store: Store,
  drivers: DriverSet,
  machine: LocalMachine | undefined,
  progress: Progress,
): Promise<void> {
  if (!machine) {
    for (const folder of [settings.stateDir, settings.runDir])
      await rm(folder, { recursive: true, force: true });
    return;
  }
  await Promise.race([endParts(store, drivers, progress), delay(ORDERLY_MS, undefined, { ref: false })]);
  machine.close();
  await removeEverything(settings, progress);
}

/**
 * Removes everything of ours and then the folders, without a record and whatever runs. `elsewhere`: folders of a region
 * that is dead, whose parts bear our names; they stay. Throws `TeardownIncomplete` as `shutdown` does.
 */
export async function removeEverything(
  { stateDir, runDir, scope }: Settings,
  note: (line: string) => void,
  elsewhere: readonly Pick<Settings, "stateDir" | "runDir">[] = [],
): Promise<void> {
  const stayed: string[] = [];
  for (const folders of [...elsewhere, { stateDir, runDir }]) {
    stayed.push(...(await teardown({ stateDir: folders.stateDir, runDir: folders.runDir, scope, note })));
  }
  if (stayed.length > 0) {
    throw new RegionError("TeardownIncomplete", `these could not be removed:\n  ${stayed.join("\n  ")}`);
  }
  await removeFolders([runDir]);
  await removeStateDir(stateDir);
}

async function endParts(store: Store, drivers: DriverSet, progress: Progress): Promise<void> {
  for (const { resource } of [...store.all()].reverse()) {
    const driver = drivers.byType(resource.type);
    if (!driver) continue;
    progress(`${resource.type} ${resource.id}`);
    // Teardown removes what a part could not.
    await driver
      .delete(resource, progress)
      .catch((error: unknown) => console.error(`${resource.urn}:`, error));
  }
}
