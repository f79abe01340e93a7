import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { writeFileAtomic } from "./atomic-file.ts";
import { CGROUP_ROOT } from "./cgroup.ts";
import { bootId } from "./process-identity.ts";
import { CONTROLLERS_RECORD, isMark } from "./scope.ts";

/** A hierarchy of cgroup v2. Tests put a folder and an imitation of the kernel in the place of the machine's. */
export interface Hierarchy {
  readonly root: string;
  /** The file in which `handDown` notes what it turned on in the root, for `takeBack`. */
  readonly record: string;
  /** Writes one line into a control file; throws the kernel's refusal. */
  write(file: string, line: string): void;
  /** Makes a cgroup; one that is there is success. */
  make(folder: string): void;
  remove(folder: string): void;
}

export const machineHierarchy: Hierarchy = {
  root: CGROUP_ROOT,
  record: CONTROLLERS_RECORD,
  write: (file, line) => writeFileSync(file, line),
  make: (folder) => void mkdirSync(folder, { recursive: true }),
  remove: rmdirSync,
};

/** A controller that stays as it is in a cgroup's `cgroup.subtree_control`, and why. */
export interface Refusal {
  readonly controller: string;
  readonly folder: string;
  readonly reason: string;
}

/**
 * Makes the cgroup `path` and hands down to it every controller that the root has, level by level: a cgroup has only
 * the controllers that its parent lists in `cgroup.subtree_control`. Without a limit a controller only counts, so none
 * does harm; and runc turns on all of them on its way to a container anyway. What this turns on in the root is recorded
 * first. Answers what the kernel refused; below that level the controller is not asked for. One line a controller: the
 * kernel takes a line whole or not at all.
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#controlling-controllers
 */
export function handDown(path: string, hierarchy: Hierarchy = machineHierarchy): readonly Refusal[] {
  const { root } = hierarchy;
  const refused = new Map<string, Refusal>();
  const offered = words(join(root, "cgroup.controllers"));
  recordTurnedOn(hierarchy, without(offered, handedDown(root)));
  let folder = root;
  for (const level of path.split("/").filter(Boolean)) {
    for (const controller of without(offered, [...handedDown(folder), ...refused.keys()])) {
      try {
        hierarchy.write(controlOf(folder), `+${controller}`);
      } catch (error) {
        refused.set(controller, { controller, folder, reason: (error as Error).message });
      }
    }
    folder = join(folder, level);
    hierarchy.make(folder);
  }
  return [...refused.values()];
}

/**
 * Takes from the root what `handDown` turned on there in this boot, once no cgroup of ours is left. What was on before
 * stays, and so does what another cgroup uses by now: it hands the controller on, or has a limit of it. Answers these.
 */
export function takeBack(hierarchy: Hierarchy = machineHierarchy): readonly Refusal[] {
  const { root, record } = hierarchy;
  if (!existsSync(record)) return [];
  if (cgroupsIn(root).some((folder) => isMark(basename(folder)))) return [];
  const kept: Refusal[] = [];
  for (const controller of readRecord(record).filter((name) => handedDown(root).includes(name))) {
    const reason = use(hierarchy, controller) ?? takeAway(hierarchy, controller);
    if (reason !== undefined) kept.push({ controller, folder: root, reason });
  }
  rmSync(record);
  return kept;
}

/** Answers the kernel's refusal: somebody began to use the controller at this moment. */
function takeAway(hierarchy: Hierarchy, controller: string): string | undefined {
  try {
    hierarchy.write(controlOf(hierarchy.root), `-${controller}`);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Why the root cannot do without handing the controller down; undefined when no cgroup uses it. */
function use(hierarchy: Hierarchy, controller: string): string | undefined {
  const { root } = hierarchy;
  const others = cgroupsIn(root);
  const handingOn = others.find((folder) => handedDown(folder).includes(controller));
  if (handingOn !== undefined) return `${handingOn} hands it on`;
  // The kernel would drop a limit without a word. What a new cgroup says is what nobody has set.
  const fresh = join(root, "twinstack-fresh");
  hierarchy.make(fresh);
  try {
    for (const folder of others) {
      const set = limitsIn(folder, controller).find(
        (name) => text(join(folder, name)) !== text(join(fresh, name)),
      );
      if (set !== undefined) return `${join(folder, set)} is set`;
    }
    return undefined;
  } finally {
    hierarchy.remove(fresh);
  }
}

/** A controller's files that a person may set. Pressure triggers and high-water marks are no limits. */
function limitsIn(folder: string, controller: string): readonly string[] {
  return readdirSync(folder).filter((name) => {
    if (!name.startsWith(`${controller}.`) || /\.(pressure|peak)$/.test(name)) return false;
    return (statSync(join(folder, name)).mode & 0o600) === 0o600;
  });
}

function recordTurnedOn({ record }: Hierarchy, controllers: readonly string[]): void {
  if (controllers.length === 0) return;
  const turnedOn = new Set([...(existsSync(record) ? readRecord(record) : []), ...controllers]);
  // Whole, because another scope may read it at this moment.
  writeFileAtomic(record, JSON.stringify({ boot: bootId(), turnedOn: [...turnedOn] }));
}

/** Nothing from another boot: the root begins anew with each. */
function readRecord(path: string): readonly string[] {
  const { boot, turnedOn } = JSON.parse(text(path)) as { boot: string; turnedOn: readonly string[] };
  return boot === bootId() ? turnedOn : [];
}

const without = (names: readonly string[], some: readonly string[]): readonly string[] =>
  names.filter((name) => !some.includes(name));

const controlOf = (folder: string): string => join(folder, "cgroup.subtree_control");

const handedDown = (folder: string): readonly string[] => words(controlOf(folder));

const words = (file: string): readonly string[] => text(file).split(/\s+/).filter(Boolean);

const text = (file: string): string => readFileSync(file, "utf8");

function cgroupsIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}
