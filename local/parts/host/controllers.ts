import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A controller that the kernel did not hand down from a cgroup to its children, and its reason. */
export interface Refusal {
  readonly controller: string;
  readonly folder: string;
  readonly reason: string;
}

/** Writes one line into a control file of the kernel, and throws the kernel's refusal. */
export type WriteControl = (file: string, line: string) => void;

/**
 * Makes the cgroup v2 `path` below `root` and hands down to it every controller that the root has, level by level: a
 * cgroup has only the controllers that its parent lists in `cgroup.subtree_control`. Without a limit a controller only
 * counts, so none does harm; and runc turns on all of them on its way to a container anyway. Answers what the kernel
 * refused, and stops at that level for that controller. One line a controller: the kernel takes a line whole or not at all.
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#controlling-controllers
 */
export function handDown(
  root: string,
  path: string,
  write: WriteControl = writeFileSync,
): readonly Refusal[] {
  const refused = new Map<string, Refusal>();
  const offered = words(join(root, "cgroup.controllers"));
  let folder = root;
  for (const level of path.split("/").filter(Boolean)) {
    const control = join(folder, "cgroup.subtree_control");
    const on = words(control);
    for (const controller of offered.filter((name) => !on.includes(name) && !refused.has(name))) {
      try {
        write(control, `+${controller}`);
      } catch (error) {
        refused.set(controller, { controller, folder, reason: (error as Error).message });
      }
    }
    folder = join(folder, level);
    mkdirSync(folder, { recursive: true });
  }
  return [...refused.values()];
}

function words(file: string): readonly string[] {
  return readFileSync(file, "utf8").split(/\s+/).filter(Boolean);
}
