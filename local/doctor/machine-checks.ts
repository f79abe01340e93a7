import { readFileSync, statfsSync } from "node:fs";
import { totalmem } from "node:os";
import { cacheDir } from "../paths.ts";
import { blocks, ok, type Check } from "./check.ts";
import { dirname } from "node:path";
import { existsSync } from "node:fs";

const gibibyte = 1024 ** 3;

/** The stack's steady memory is below 2.5 GiB (docs/benchmarks.md); with less than this the machine swaps. */
export const memoryNeeded = 4 * gibibyte;
/** Tools, build cache, images and data of the parts. */
export const diskNeeded = 10 * gibibyte;

const inGibibytes = (bytes: number): string => `${(bytes / gibibyte).toFixed(1)} GiB`;

export function checkRoot(uid: number): Check {
  return uid === 0
    ? ok("root", "running as root")
    : blocks("root", `running as uid ${uid}`, "run it as root: it makes network namespaces and mounts");
}

export function checkPlatform(platform: string, arch: string): Check {
  return platform === "linux" && arch === "x64"
    ? ok("platform", "linux x64")
    : blocks(
        "platform",
        `${platform} ${arch}`,
        "use a Linux machine with an x64 processor: the tools are pinned for it",
      );
}

export function checkMemory(bytes: number): Check {
  return bytes >= memoryNeeded
    ? ok("memory", inGibibytes(bytes))
    : blocks("memory", inGibibytes(bytes), `use a machine with at least ${inGibibytes(memoryNeeded)}`);
}

export function checkDisk(path: string, bytes: number): Check {
  return bytes >= diskNeeded
    ? ok("disk", `${inGibibytes(bytes)} free at ${path}`)
    : blocks(
        "disk",
        `${inGibibytes(bytes)} free at ${path}`,
        `free at least ${inGibibytes(diskNeeded)} there, or set TWINSTACK_CACHE`,
      );
}

const neededControllers = ["cpu", "cpuacct", "cpuset", "memory", "pids", "freezer", "devices"];

/** /proc/cgroups on cgroup v1, cgroup.controllers on v2 (kernel documentation, cgroup-v1/cgroups and cgroup-v2). */
export function checkCgroups(procCgroups: string, unifiedControllers: string | undefined): Check {
  if (unifiedControllers !== undefined) {
    const present = unifiedControllers.trim().split(/\s+/);
    const absent = ["cpu", "cpuset", "memory", "pids"].filter((name) => !present.includes(name));
    return absent.length === 0
      ? ok("cgroups", "v2 (unchecked by our tests: they run on v1)")
      : blocks(
          "cgroups",
          `v2 without ${absent.join(", ")}`,
          `enable them: boot without cgroup_disable=${absent.join(",")}`,
        );
  }
  const enabled = procCgroups
    .split("\n")
    .map((line) => line.split("\t"))
    .filter((fields) => fields[3] === "1" && fields[1] !== "0")
    .map((fields) => fields[0] ?? "");
  const absent = neededControllers.filter((name) => !enabled.includes(name));
  return absent.length === 0
    ? ok("cgroups", "v1")
    : blocks("cgroups", `v1 without ${absent.join(", ")}`, "mount these controllers below /sys/fs/cgroup");
}

function existingParent(path: string): string {
  return existsSync(path) ? path : existingParent(dirname(path));
}

/** All checks of the machine itself. */
export function machineChecks(): readonly Check[] {
  const unified = "/sys/fs/cgroup/cgroup.controllers";
  const cache = existingParent(cacheDir());
  const disk = statfsSync(cache);
  return [
    checkRoot(process.getuid?.() ?? -1),
    checkPlatform(process.platform, process.arch),
    checkMemory(totalmem()),
    checkDisk(cache, disk.bavail * disk.bsize),
    checkCgroups(
      readFileSync("/proc/cgroups", "utf8"),
      existsSync(unified) ? readFileSync(unified, "utf8") : undefined,
    ),
  ];
}
