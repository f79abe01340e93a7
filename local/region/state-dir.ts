import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RegionError } from "./region-error.ts";

/** What the doorways may have put there before the first region. */
const OURS = /^(pulumi|config|kubeconfig|log|resources)$/;

/**
 * `shutdown` removes the folder whole, so it must be ours: new, empty, marked by an earlier region, or holding only
 * what the doorways keep there. Throws before anything is written elsewhere.
 */
export function claimStateDir(stateDir: string): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const mark = join(stateDir, ".twinstack");
  if (existsSync(mark)) return;
  const strange = readdirSync(stateDir).filter((name) => !OURS.test(name));
  if (strange.length > 0) {
    throw new RegionError(
      "InvalidSetting",
      `TWINSTACK_STATE: "${stateDir}" holds ${strange.slice(0, 3).join(", ")}, which is not ours, and "make down" would ` +
        `remove it; name a folder that is empty or does not exist`,
    );
  }
  writeFileSync(mark, "Removed whole by make down.\n", { mode: 0o600 });
}
