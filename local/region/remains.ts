import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { membersOf } from "../parts/host/cgroup.ts";
import { identify } from "../parts/host/process-identity.ts";
import { ownerOf } from "./state-dir.ts";
import { readHolder } from "./takeover.ts";
import type { Settings } from "./settings.ts";
import type { Holder } from "./takeover.ts";

/** What lies on this machine while no region answers. Found without starting one, in whatever state the record is. */
export interface Remains {
  readonly stateDir: string;
  /** Records of resources, readable or not. */
  readonly resources: number;
  /** Files of records that cannot be read: a region would not start with one. */
  readonly damaged: readonly string[];
  /** How many processes of ours run. */
  readonly processes: number;
  /** The machine has started since a region last wrote here. */
  readonly rebooted: boolean;
  /** The checkout whose region ran last, as far as it was noted. */
  readonly owner: string | undefined;
  /** A region that lives, though it does not answer. */
  readonly holder: Holder | undefined;
}

/** Undefined when there is nothing of ours. */
export function remains({ stateDir, runDir, scope, holderPath }: Settings): Remains | undefined {
  const processes = membersOf(scope.mark).length;
  const last = readHolder(holderPath);
  const holder = last && identify(last.pid) ? last : undefined;
  if (!existsSync(stateDir) && !existsSync(runDir) && processes === 0 && !holder) return undefined;
  const records = recordsIn(join(stateDir, "resources"));
  return {
    stateDir,
    resources: records.length,
    damaged: records.filter(isDamaged),
    processes,
    rebooted: processes === 0 && !holder && lastWritten(stateDir) < bootTime(),
    owner: last?.owner ?? ownerOf(stateDir),
    holder,
  };
}

/** Says what is there and what to type. */
export function describeRemains(found: Remains): string {
  const { stateDir, resources, damaged, processes, owner, holder } = found;
  const state = `the state of ${resources} ${resources === 1 ? "resource" : "resources"} is in ${stateDir}`;
  const lines = [];
  if (holder) {
    lines.push(
      `the region of ${holder.owner} (process ${holder.pid}) lives and does not answer yet; ${state}`,
    );
  } else if (processes > 0) {
    lines.push(
      `no region runs; of the stack ${processes === 1 ? "1 process does" : `${processes} processes do`}; ${state}`,
    );
  } else if (found.rebooted) {
    lines.push(`nothing runs: a reboot ended the stack; ${state}`);
  } else {
    lines.push(`nothing runs; ${state}`);
  }
  if (owner !== undefined) lines.push(`It was brought up from ${owner}.`);
  if (damaged.length > 0) {
    lines.push(
      `${damaged.length} of the records cannot be read (${damaged[0]}), so "make up" cannot go on with it.`,
    );
  } else if (!holder) {
    lines.push(`"make up" ${processes > 0 ? "takes over what runs" : "starts it again with its data"}.`);
  }
  lines.push('"make down" takes it away.');
  return lines.join("\n");
}

function recordsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+\.json$/.test(name))
    .map((name) => join(folder, name));
}

function isDamaged(path: string): boolean {
  try {
    JSON.parse(readFileSync(path, "utf8"));
    return false;
  } catch {
    return true;
  }
}

/** Milliseconds since 1970; never when no region ever wrote. */
function lastWritten(stateDir: string): number {
  const paths = ["resources", "log/region.log"].map((name) => join(stateDir, name)).filter(existsSync);
  return paths.length === 0 ? Infinity : Math.max(...paths.map((path) => statSync(path).mtimeMs));
}

function bootTime(): number {
  return Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]) * 1000;
}
