import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { identify, signalProcess } from "./process-identity.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** Where the machine's cgroups are mounted. */
export const CGROUP_ROOT = "/sys/fs/cgroup";

/**
 * Cgroup v1: one hierarchy a controller; v2: one for all. The tests run on v1. On v2, where `make test-vm` runs, this follows
 * the kernel's documentation (admin-guide/cgroup-v2).
 */
export function isUnified(root = CGROUP_ROOT): boolean {
  return existsSync(join(root, "cgroup.controllers"));
}

/** Every hierarchy of this machine, by its folder. */
function hierarchies(): readonly string[] {
  if (isUnified()) return [CGROUP_ROOT];
  return readdirSync(CGROUP_ROOT)
    .map((name) => join(CGROUP_ROOT, name))
    .filter((path) => existsSync(join(path, "cgroup.procs")));
}

/**
 * The `cgroup.procs` files through which a process enters `path`, made if missing. On v1 `pids` and `freezer` are
 * enough to find and to kill a whole tree; resource limits are the part's own business.
 */
export function enterFiles(path: string): readonly string[] {
  const folders = isUnified()
    ? [join(CGROUP_ROOT, path)]
    : ["pids", "freezer"].map((name) => join(CGROUP_ROOT, name, path));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  return folders.map((folder) => join(folder, "cgroup.procs"));
}

/** Pids in `path` and below, in any hierarchy. */
export function membersOf(path: string): readonly number[] {
  const pids = new Set<number>();
  for (const folder of foldersOf(path)) {
    for (const line of readIfThere(join(folder, "cgroup.procs")).split("\n"))
      if (line) pids.add(Number(line));
  }
  return [...pids];
}

/**
 * Kills every process in `path` and below, frozen first so that none forks away, and waits until they are gone.
 * Answers the pids that did not go within `deadlineMs`.
 */
export async function killTree(path: string, deadlineMs = 5000): Promise<readonly number[]> {
  const end = Date.now() + deadlineMs;
  const outside = !membersOf(path).includes(process.pid);
  for (;;) {
    const members = others(path);
    if (members.length === 0 || Date.now() > end) return members.map(({ pid }) => pid);
    if (outside) setFrozen(path, true);
    for (const identity of others(path)) signalProcess(identity, "SIGKILL");
    if (outside) setFrozen(path, false);
    await delay(20);
  }
}

/** This process never freezes or kills itself, wherever somebody put it. */
function others(path: string): readonly ProcessIdentity[] {
  const members = membersOf(path).filter((pid) => pid !== process.pid);
  return members.map(identify).filter((identity) => identity !== undefined);
}

/** Removes `path` and everything below it. Answers the folders that could not be removed. */
export function removeTree(path: string): readonly string[] {
  // A parent lists before its children: from the end, each folder is empty when its turn comes.
  return [...foldersOf(path)].reverse().filter((folder) => {
    try {
      rmdirSync(folder);
      return false;
    } catch {
      return existsSync(folder);
    }
  });
}

/** Cgroups at the top of any hierarchy that bear this very name. */
export function exists(path: string): boolean {
  return hierarchies().some((root) => existsSync(join(root, path)));
}

function setFrozen(path: string, frozen: boolean): void {
  for (const folder of foldersOf(path)) {
    const file = isUnified() ? "cgroup.freeze" : "freezer.state";
    const value = isUnified() ? (frozen ? "1" : "0") : frozen ? "FROZEN" : "THAWED";
    if (!existsSync(join(folder, file))) continue;
    try {
      writeFileSync(join(folder, file), value);
    } catch (error) {
      // Another teardown may have removed it meanwhile.
      if (existsSync(dirname(join(folder, file)))) throw error;
    }
  }
}

function foldersOf(path: string): readonly string[] {
  return hierarchies().flatMap((root) => walk(join(root, path)));
}

function walk(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...below.flatMap((entry) => walk(join(folder, entry.name)))];
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENODEV"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}
