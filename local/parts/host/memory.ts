import { readFileSync } from "node:fs";
import { membersOf } from "./cgroup.ts";

/** Pss out of /proc/<pid>/smaps_rollup (proc_pid_smaps(5)), in bytes: a page shared by n processes counts 1/n in each. */
export function proportionalMemory(smapsRollup: string): number {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(smapsRollup)?.[1];
  return kibibytes === undefined ? 0 : Number(kibibytes) * 1024;
}

function memoryOf(pid: number): number {
  try {
    return proportionalMemory(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
  } catch {
    // It ended between the listing and the read: it uses none.
    return 0;
  }
}

/** Bytes that every process of the cgroup `mark`, pods included, and those of `also` use together. */
export function memoryInUse(mark: string, also: readonly number[]): number {
  const pids = new Set([...membersOf(mark), ...also]);
  return [...pids].reduce((sum, pid) => sum + memoryOf(pid), 0);
}
