import { readdirSync } from "node:fs";
import { identify, readProcLink } from "./process-identity.ts";
import type { ProcessIdentity } from "./process-identity.ts";

export function allPids(): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);
}

/** The inode of the process's network namespace; undefined when it is gone or the kernel's own. */
export function networkNamespaceOf(pid: number): number | undefined {
  const inode = /^net:\[(\d+)\]$/.exec(readProcLink(`/proc/${pid}/ns/net`) ?? "")?.[1];
  return inode === undefined ? undefined : Number(inode);
}

export function processesInNamespace(inode: number): readonly ProcessIdentity[] {
  return allPids()
    .filter((pid) => networkNamespaceOf(pid) === inode)
    .map(identify)
    .filter((identity) => identity !== undefined);
}
