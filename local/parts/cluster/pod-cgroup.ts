import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isUnified } from "../host/cgroup.ts";
import { handDown, machineHierarchy } from "../host/controllers.ts";
import { scope } from "../host/scope.ts";

/**
 * The kubelet does not start when its `cgroupRoot` lacks one of these that the machine's root has (kubelet 1.34,
 * pkg/kubelet/cm/cgroup_v2_manager_impl.go).
 */
const KUBELET_CONTROLLERS = ["cpu", "cpuset", "memory", "hugetlb", "pids"];

/** Below the host's own cgroup: the host's removal kills what is in there and removes it. */
export function podCgroup(node: string): string {
  return `/${scope().mark}/${node}/pods`;
}

/**
 * Makes the kubelet's `cgroupRoot`, which must be there in every hierarchy. On cgroup v2 it gets every controller that
 * the root has. systemd leaves them on: it takes a controller of the root away only where the kernel lets it, and the
 * kernel does not while a child (ours) hands the controller on. Throws when the kernel refuses one that the kubelet
 * wants; tells `warn` of any other.
 *
 * Run on cgroup v1. On v2 a hand-made equivalent ran in a virtual machine (Debian 12, kernel 6.1, systemd); the tests
 * beside this file run on a folder that imitates a v2 root.
 */
export function ensurePodCgroup(
  node: string,
  warn: (line: string) => void,
  machine = machineHierarchy,
): void {
  const { root } = machine;
  if (isUnified(root)) {
    for (const { controller, folder, reason } of handDown(podCgroup(node), machine)) {
      const line = `the kernel does not hand the cgroup controller "${controller}" down from ${folder}: ${reason}`;
      if (KUBELET_CONTROLLERS.includes(controller)) throw new Error(`${line}; the kubelet needs it`);
      warn(line);
    }
    return;
  }
  for (const hierarchy of controllersOf(root)) {
    let folder = hierarchy;
    for (const level of podCgroup(node).split("/").slice(1)) {
      const parent = folder;
      folder = join(folder, level);
      mkdirSync(folder, { recursive: true });
      inheritCpuset(parent, folder);
    }
  }
}

/** Hierarchies with a controller; the `unified` one beside v1 has none. */
function controllersOf(root: string): readonly string[] {
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter(
      (path) => existsSync(join(path, "cgroup.procs")) && !existsSync(join(path, "cgroup.controllers")),
    );
}

/** A new v1 cpuset is empty, and a process cannot enter it before it has cpus and memory nodes. */
function inheritCpuset(parent: string, folder: string): void {
  for (const name of ["cpuset.cpus", "cpuset.mems"]) {
    const file = join(folder, name);
    if (!existsSync(file) || readFileSync(file, "utf8").trim() !== "") continue;
    writeFileSync(file, readFileSync(join(parent, name), "utf8"));
  }
}
