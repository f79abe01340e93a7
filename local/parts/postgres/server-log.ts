import { statSync } from "node:fs";
import { dirname } from "node:path";
import { lastLines } from "../host/log-tail.ts";
import { logPath } from "../host/processes.ts";
import { processName } from "./layout.ts";
import type { Machine } from "../machine.ts";

const COMPLAINT = /FATAL|PANIC|invalid|failed to execute/;

/** Where a server's log stood when it was started, so that an older run's complaints are not taken for its own. */
const starts = new WeakMap<object, Map<string, number>>();

/** To be called just before the server is started. */
export function noteStart(machine: Pick<Machine, "dataDir">, host: string): void {
  const byHost = starts.get(machine) ?? new Map<string, number>();
  starts.set(machine, byHost);
  byHost.set(host, statSync(pathOf(machine, host), { throwIfNoEntry: false })?.size ?? 0);
}

/**
 * The server's last complaint since its start; where it has none its last words. Since a start that another region made, only
 * the end of the log is known.
 */
export function lastComplaint(machine: Pick<Machine, "dataDir">, host: string): string {
  const path = pathOf(machine, host);
  const lines = lastLines(path, starts.get(machine)?.get(host));
  const complaint = lines.findLast((line) => COMPLAINT.test(line)) ?? lines.at(-1);
  return complaint ?? `it said nothing in ${path}`;
}

function pathOf(machine: Pick<Machine, "dataDir">, host: string): string {
  return logPath(dirname(machine.dataDir("postgres")), processName(host));
}
