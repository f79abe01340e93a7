import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFileAtomic } from "./atomic-file.ts";
import { bootId } from "./process-identity.ts";
import { SYSCTL_RECORD } from "./scope.ts";

interface SysctlRecord {
  readonly boot: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Hosts need forwarding between the VPC and the pods; three kubelets and containerds need more inotify instances
 * than the kernel's default of 128. */
const NEEDED: Readonly<Record<string, number>> = {
  "net/ipv4/ip_forward": 1,
  "fs/inotify/max_user_instances": 1024,
};

/** Raises what hosts need and records what was there first. A value that is enough already stays. */
export function raiseSysctls(): void {
  const before = readRecord()?.values ?? {};
  const values: Record<string, string> = { ...before };
  for (const [key, needed] of Object.entries(NEEDED)) {
    const current = readFileSync(file(key), "utf8").trim();
    if (Number(current) >= needed) continue;
    values[key] ??= current;
  }
  if (Object.keys(values).length === 0) return;
  // Whole, because another scope may read it at this moment.
  writeFileAtomic(SYSCTL_RECORD, JSON.stringify({ boot: bootId(), values }));
  for (const key of Object.keys(values)) writeFileSync(file(key), String(NEEDED[key]));
}

/** Puts the recorded values back; nothing recorded in this boot means nothing was changed. */
export function restoreSysctls(): void {
  for (const [key, value] of Object.entries(readRecord()?.values ?? {})) writeFileSync(file(key), value);
  rmSync(SYSCTL_RECORD, { force: true });
}

function readRecord(): SysctlRecord | undefined {
  if (!existsSync(SYSCTL_RECORD)) return undefined;
  const record = JSON.parse(readFileSync(SYSCTL_RECORD, "utf8")) as SysctlRecord;
  return record.boot === bootId() ? record : undefined;
}

function file(key: string): string {
  return `/proc/sys/${key}`;
}
