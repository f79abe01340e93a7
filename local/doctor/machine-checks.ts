import { existsSync, readFileSync } from "node:fs";
import { blocks, ok, type Check } from "./check.ts";
import { memoryCheck } from "./memory-check.ts";

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

const neededControllers = ["cpu", "cpuacct", "cpuset", "memory", "pids", "freezer", "devices"];

/** /proc/cgroups on cgroup v1, cgroup.controllers on v2 (kernel documentation, cgroup-v1/cgroups and cgroup-v2). */
export function checkCgroups(procCgroups: string, unifiedControllers: string | undefined): Check {
  if (unifiedControllers !== undefined) {
    const present = unifiedControllers.trim().split(/\s+/);
    const absent = ["cpu", "cpuset", "memory", "pids"].filter((name) => !present.includes(name));
    return absent.length === 0
      ? ok("cgroups", "v2")
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

/** All checks of the machine itself, but for its disks. */
export function machineChecks(): readonly Check[] {
  const unified = "/sys/fs/cgroup/cgroup.controllers";
  return [
    checkRoot(process.getuid?.() ?? -1),
    checkPlatform(process.platform, process.arch),
    memoryCheck(),
    checkCgroups(
      readFileSync("/proc/cgroups", "utf8"),
      existsSync(unified) ? readFileSync(unified, "utf8") : undefined,
    ),
  ];
}
