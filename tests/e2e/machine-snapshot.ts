import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unlessGone } from "../../local/parts/host/process-identity.ts";

/** Everything outside the tool cache that bringing the stack up touches on a machine. */
export interface MachineSnapshot {
  readonly namespaces: readonly string[];
  readonly links: readonly string[];
  readonly routes: readonly string[];
  readonly mounts: readonly string[];
  readonly cgroups: readonly string[];
  /** What the root of cgroup v2 hands down; empty on v1. */
  readonly controllers: readonly string[];
  /** Ids of System V segments. */
  readonly sharedMemory: readonly string[];
  readonly firewall: readonly string[];
  readonly processes: readonly string[];
  readonly files: readonly string[];
  readonly sysctls: readonly string[];
}

const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");
const command = (name: string, ...args: readonly string[]): readonly string[] =>
  lines(execFileSync(name, args, { encoding: "utf8" }));

/**
 * What stands first in each hierarchy, and all that is below names of ours. Below others' names others make and remove
 * cgroups while we look.
 */
function cgroups(): readonly string[] {
  const ours = /\/(twinstack|kube|containerd|buildah|crun|libpod|pod)[^/]*(\/|$)/;
  const root = "/sys/fs/cgroup";
  return folders(root).filter((path) => path.slice(root.length).split("/").length <= 3 || ours.test(path));
}

function folders(root: string): readonly string[] {
  const entries = unlessGone(() => readdirSync(root, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const path = join(root, entry.name);
    return entry.isDirectory() ? [path, ...folders(path)] : [];
  });
}

function controllers(): readonly string[] {
  const file = "/sys/fs/cgroup/cgroup.subtree_control";
  return existsSync(file) ? readFileSync(file, "utf8").trim().split(/\s+/) : [];
}

function segments(): readonly string[] {
  const [, ...found] = lines(readFileSync("/proc/sysvipc/shm", "utf8"));
  return found.map((line) => line.trim().split(/\s+/)[1] ?? "");
}

/** Programs that only our parts run; the test's own process tree has none of them. */
const partPrograms =
  /^(kube|etcd|postgres|pgbouncer|redis|nginx|containerd|coredns|metrics-server|haproxy|docker-registry|pause|catatonit|pulumi|runc)/;

function partProcesses(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        // A zombie has no command line: it has ended, and its parent has not asked how.
        if (commandLine === "") return [];
        return partPrograms.test(name) ||
          /local\/(region|parts\/admission)\/(supervisor-)?main\.ts/.test(commandLine)
          ? [`${pid} ${commandLine}`]
          : [];
      } catch {
        // It ended between the listing and the read.
        return [];
      }
    });
}

const watchedFiles = [
  "/var/lib",
  "/run",
  "/etc",
  "/etc/cni",
  "/usr/sbin",
  "/var/log",
  "/var/lib/cni",
  "/opt",
  "/root",
];
const watchedSysctls = [
  "net/ipv4/ip_forward",
  "fs/inotify/max_user_instances",
  "net/ipv4/conf/all/rp_filter",
];

/** As `command`; nothing where the program is not installed, as on a machine before its first `make up`. */
export function commandIfThere(name: string, ...args: readonly string[]): readonly string[] {
  try {
    return command(name, ...args);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function firewall(): readonly string[] {
  // Counters and comments with the time change by themselves.
  return commandIfThere("iptables-save")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.replace(/\[\d+:\d+\]/, ""));
}

/** Reads the machine now. Lists are sorted, so that two snapshots of an unchanged machine are equal. */
export function snapshotMachine(): MachineSnapshot {
  const sorted = (list: readonly string[]): readonly string[] => [...list].sort();
  return {
    namespaces: sorted(command("ip", "netns", "list").map((line) => line.split(" ")[0] ?? "")),
    links: sorted(readdirSync("/sys/class/net")),
    routes: sorted(command("ip", "route", "show")),
    mounts: sorted(lines(readFileSync("/proc/mounts", "utf8"))),
    cgroups: sorted(cgroups()),
    controllers: sorted(controllers()),
    sharedMemory: sorted(segments()),
    firewall: sorted(firewall()),
    processes: sorted(partProcesses()),
    files: sorted(
      watchedFiles
        .filter(existsSync)
        .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))),
    ),
    sysctls: watchedSysctls.map((name) => `${name}=${readFileSync(join("/proc/sys", name), "utf8").trim()}`),
  };
}

/** What may not differ before and after; processes are compared apart, because those that ran before may have ended. */
export function exactParts({
  processes: _processes,
  ...parts
}: MachineSnapshot): Omit<MachineSnapshot, "processes"> {
  return parts;
}
