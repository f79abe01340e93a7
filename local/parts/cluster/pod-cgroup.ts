import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isUnified } from "../host/cgroup.ts";
import { scope } from "../host/scope.ts";

const ROOT = "/sys/fs/cgroup";

/** Below the host's own cgroup: the host's removal kills what is in there and removes it. */
export function podCgroup(node: string): string {
  return `/${scope().mark}/${node}/pods`;
}

/**
 * The kubelet wants its `cgroupRoot` to be there in every hierarchy. On cgroup v2 (unchecked: this was tried on v1)
 * a controller must be handed down level by level.
 */
export function ensurePodCgroup(node: string): void {
  const levels = podCgroup(node).split("/").slice(1);
  for (const hierarchy of isUnified() ? [ROOT] : controllersOf(ROOT)) {
    let folder = hierarchy;
    for (const level of levels) {
      const parent = folder;
      folder = join(folder, level);
      if (isUnified()) handDown(parent);
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
    if (isUnified() || !existsSync(file) || readFileSync(file, "utf8").trim() !== "") continue;
    writeFileSync(file, readFileSync(join(parent, name), "utf8"));
  }
}

function handDown(folder: string): void {
  const controllers = readFileSync(join(folder, "cgroup.controllers"), "utf8").trim().split(" ");
  const wanted = controllers.filter((name) => ["cpu", "cpuset", "memory", "pids", "io"].includes(name));
  writeFileSync(join(folder, "cgroup.subtree_control"), wanted.map((name) => `+${name}`).join(" "));
}
