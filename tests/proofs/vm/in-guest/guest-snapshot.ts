import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { commandIfThere, exactParts, snapshotMachine } from "../../../e2e/machine-snapshot.ts";

/** What a guest has: every list sorted, by the name of what it lists. */
export type GuestSnapshot = Readonly<Record<string, readonly string[]>>;

const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

/** Enabled for the next boot, and running now. */
function units(...args: readonly string[]): readonly string[] {
  const text = execFileSync("systemctl", [...args, "--no-legend", "--plain", "--no-pager"], {
    encoding: "utf8",
  });
  return linesOf(text).map((line) => line.trim().split(/\s+/)[0] ?? "");
}

/** Shared memory, semaphores and message queues of System V: what kind, key and id. */
function systemV(): readonly string[] {
  return ["shm", "sem", "msg"].flatMap((kind) =>
    linesOf(readFileSync(`/proc/sysvipc/${kind}`, "utf8"))
      .slice(1)
      .map((line) => `${kind} ${line.trim().split(/\s+/).slice(0, 2).join(" ")}`),
  );
}

/** The names of programs that run, without the kernel's own threads, which have no program. */
function programs(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readlinkSync(`/proc/${pid}/exe`)];
      } catch {
        // A thread of the kernel, or it has ended.
        return [];
      }
    });
}

const watchedTrees = [
  "/etc/systemd/system",
  "/usr/local",
  "/etc/cni",
  "/etc/apt",
  "/etc/profile.d",
  "/etc/cron.d",
];
const watchedFolders = [
  "/",
  "/tmp",
  "/var/tmp",
  "/dev/shm",
  "/var",
  "/var/spool",
  "/home",
  "/home/ada",
  "/srv",
];

function files(): readonly string[] {
  const trees = watchedTrees
    .filter(existsSync)
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
    );
  const folders = watchedFolders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return [...trees, ...folders];
}

/** Reads the guest now. */
export function snapshotGuest(): GuestSnapshot {
  const snapshot = snapshotMachine();
  const all = {
    ...exactParts(snapshot),
    files: [...snapshot.files, ...files()],
    "root cgroup.subtree_control": readFileSync("/sys/fs/cgroup/cgroup.subtree_control", "utf8")
      .trim()
      .split(" "),
    "nftables' tables": commandIfThere("nft", "list", "tables"),
    "System V objects": systemV(),
    "enabled units": units("list-unit-files", "--state=enabled,enabled-runtime"),
    "failed units": units("list-units", "--failed"),
    programs: programs(),
  };
  const unique = Object.entries(all).map(([name, list]) => [name, [...new Set(list)].sort()] as const);
  return Object.fromEntries(unique);
}
