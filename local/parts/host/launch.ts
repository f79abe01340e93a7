import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { enterFiles } from "./cgroup.ts";
import { identify } from "./process-identity.ts";
import { partEnvironment } from "./run.ts";
import { until } from "./until.ts";
import type { ChildProcess } from "node:child_process";
import type { ProcessSpec } from "../machine.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { Scope } from "./scope.ts";

/** A log beyond this is set aside as `<log>.1` when its process starts next. */
const LOG_LIMIT = 64 * 1024 * 1024;

export interface Launched {
  readonly identity: ProcessIdentity;
  readonly child: ChildProcess;
}

export interface LaunchOptions {
  readonly scope: Scope;
  readonly logPath: string;
  /** The host's namespace file; undefined for the machine's own. */
  readonly namespacePath: string | undefined;
}

/**
 * Enters the cgroup before anything else runs, then becomes the program: `sh`, `nsenter` and `setpriv` each
 * replace themselves, so the pid is the program's own.
 */
const ENTER = `IFS=:; for file in $TWINSTACK_ENTER; do echo $$ > "$file" || exit 125; done
unset TWINSTACK_ENTER IFS; exec "$@"`;

/** Starts the program detached: it outlives this process. Rejects when it cannot be started at all. */
export async function launch(spec: ProcessSpec, options: LaunchOptions): Promise<Launched> {
  const cgroup = cgroupOf(options.scope, spec);
  const log = openLog(options.logPath);
  try {
    const child = spawn("/bin/sh", ["-c", ENTER, "sh", ...wrapped(spec, options.namespacePath)], {
      cwd: spec.cwd ?? "/",
      detached: true,
      stdio: ["ignore", log, log],
      env: { ...partEnvironment(options.scope, spec.env), TWINSTACK_ENTER: enterFiles(cgroup).join(":") },
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    child.unref();
    const identity = identify(child.pid ?? 0);
    if (!identity) throw new Error(`${spec.name} ended at once; see ${options.logPath}`);
    return { identity, child };
  } finally {
    closeSync(log);
  }
}

/** `<mark>/<host>/<program>`; what runs in the machine's own namespace is below `_machine`, no host's name. */
export function cgroupOf(scope: Scope, spec: ProcessSpec): string {
  const program = spec.name.split("/").slice(1).join("-");
  return `${scope.mark}/${spec.host ?? "_machine"}/${program}`;
}

function wrapped(spec: ProcessSpec, namespacePath: string | undefined): readonly string[] {
  // Not `ip netns exec`: that mounts a new /sys without the cgroups.
  const enter = namespacePath === undefined ? [] : ["nsenter", `--net=${namespacePath}`, "--"];
  const user = spec.user
    ? ["setpriv", `--reuid=${spec.user.uid}`, `--regid=${spec.user.gid}`, "--clear-groups", "--"]
    : [];
  return [...enter, ...user, spec.command, ...spec.args];
}

function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path) && statSync(path).size > LOG_LIMIT) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}

/** Resolves when the process is gone; rejects after `deadlineMs`. */
export async function gone(name: string, alive: () => boolean, deadlineMs: number): Promise<void> {
  await until(`${name} to end`, deadlineMs, () => !alive());
}
