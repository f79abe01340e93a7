import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../parts/host/atomic-file.ts";
import { removeFolders } from "../parts/host/teardown.ts";
import { RegionError } from "./region-error.ts";

/** What the doorways may have put there before the first region. */
const OURS = /^(pulumi|config|kubeconfig|log|resources)$/;
const MARK = ".twinstack";

/**
 * `shutdown` removes the folder whole, so it must be ours: new, empty, marked by an earlier region, or holding only
 * what the doorways keep there. Throws before anything is written elsewhere. `owner`: the checkout that runs a region
 * on it, noted for `ownerOf`.
 */
export function claimStateDir(stateDir: string, owner?: string): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const mark = join(stateDir, MARK);
  const strange = existsSync(mark) ? [] : readdirSync(stateDir).filter((name) => !OURS.test(name));
  if (strange.length > 0) {
    throw new RegionError(
      "InvalidSetting",
      `TWINSTACK_STATE: "${stateDir}" holds ${strange.slice(0, 3).join(", ")}, which is not ours, and "make down" would ` +
        `remove it; name a folder that is empty or does not exist`,
    );
  }
  if (owner === undefined && existsSync(mark)) return;
  const by = owner === undefined ? "" : `owner: ${owner}\n`;
  writeFileAtomic(mark, `Removed whole by make down.\n${by}`, { durable: true });
}

/** The checkout whose region last ran on the folder; undefined when it was not noted. */
export function ownerOf(stateDir: string): string | undefined {
  const mark = join(stateDir, MARK);
  return existsSync(mark) ? /^owner: (.+)$/m.exec(readFileSync(mark, "utf8"))?.[1] : undefined;
}

/** Removes a claimed folder, its mark last: what an interruption leaves is still known as ours. */
export async function removeStateDir(stateDir: string): Promise<void> {
  const names = existsSync(stateDir) ? readdirSync(stateDir).filter((name) => name !== MARK) : [];
  await removeFolders([...names.map((name) => join(stateDir, name))]);
  await removeFolders([stateDir]);
}
