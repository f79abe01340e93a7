import { rm } from "node:fs/promises";
import * as cgroup from "./cgroup.ts";
import { takeBack } from "./controllers.ts";
import { removeForwarding } from "./firewall.ts";
import { killInNamespace } from "./hosts.ts";
import { mountsUnder } from "./mounts.ts";
import { allPids, networkNamespaceOf } from "./namespace-processes.ts";
import { NETNS, namespaceInode, namespaceNames, namespacesOf, removeEmptyFolder } from "./namespaces.ts";
import { identify, readProc, readProcLink, signalProcess } from "./process-identity.ts";
import { createRun } from "./run.ts";
import { MARK_VARIABLE } from "./scope.ts";
import { creatorOf, removeSegments, serverLockFiles } from "./shared-memory.ts";
import { restoreSysctls } from "./sysctl.ts";
import { until } from "./until.ts";
import type { Run } from "../machine.ts";
import type { Scope } from "./scope.ts";

export interface TeardownOptions {
  readonly stateDir: string;
  readonly runDir: string;
  readonly scope: Scope;
  /** Told what is left on purpose, because others use it by now. Default: the log. */
  readonly note?: (line: string) => void;
}

/**
 * Removes everything of ours from this machine, found by name and mark and never by a record, which a crash may
 * have taken. Repeatable. Answers each thing that stayed and why; empty means nothing is left but the folders,
 * which are the caller's to remove when the answer is empty.
 */
export async function teardown(options: TeardownOptions): Promise<readonly string[]> {
  const { scope } = options;
  const run = createRun(scope, (name) => `${NETNS}/${scope.prefix}-${name}`);
  const stayed: string[] = [];
  const attempt = async (what: string, step: () => Promise<readonly string[]>): Promise<void> => {
    try {
      stayed.push(...(await step()));
    } catch (error) {
      stayed.push(`${what}: ${(error as Error).message}`);
    }
  };
  // Pods live in namespaces that CNI named, and segments bear their creator: both are known only while processes live.
  const ours = processesOf(options);
  const podNamespaces = namespacesOfProcesses(ours);
  const creators = ours.map(creatorOf).filter((creator) => creator !== undefined);
  await attempt("processes", () => killAll(options));
  await attempt("shared memory", () => removeSegments(run, creators, serverLockFiles(options.stateDir)));
  for (const name of namespacesOf(scope)) {
    await attempt(`namespace ${name}`, () => removeNamespace(run, name));
  }
  await attempt("pod namespaces", () => removePodNamespaces(run, podNamespaces));
  await attempt("mounts", () => unmountAll(run, [options.stateDir, options.runDir]));
  await attempt("links", () => removeLinks(run, scope));
  await attempt("firewall rules", () => removeForwarding(run, scope));
  await attempt("cgroups", () => removeCgroups(scope));
  await attempt("cgroup controllers", async () => {
    for (const { controller, folder, reason } of takeBack()) {
      (options.note ?? console.log)(`the cgroup controller "${controller}" of ${folder} stays on: ${reason}`);
    }
    return [];
  });
  await attempt("sysctls", () => restoreUnlessShared(run));
  await attempt(NETNS, async () => {
    await removeEmptyFolder(run);
    return [];
  });
  return stayed;
}

/** In our cgroup, with our mark in the environment, or in a namespace of ours. */
function processesOf({ scope, stateDir, runDir }: TeardownOptions): readonly number[] {
  const inCgroup = new Set(cgroup.membersOf(scope.mark));
  const namespaces = new Set(namespacesOf(scope).map((name) => namespaceInode(`${NETNS}/${name}`)));
  return allPids().filter((pid) => {
    if (pid === process.pid || identify(pid) === undefined) return false;
    return (
      inCgroup.has(pid) ||
      isIn(namespaces, networkNamespaceOf(pid)) ||
      hasMark(pid, scope) ||
      isShimOf(pid, [stateDir, runDir])
    );
  });
}

const isIn = (inodes: ReadonlySet<number | undefined>, inode: number | undefined): boolean =>
  inode !== undefined && inodes.has(inode);

function hasMark(pid: number, scope: Scope): boolean {
  return (readProc(`/proc/${pid}/environ`) ?? "").split("\0").includes(`${MARK_VARIABLE}=${scope.mark}`);
}

/** A person's shell may stand in our folders too: of those who do, only containerd's shims are ours. */
function isShimOf(pid: number, folders: readonly string[]): boolean {
  if (!(readProc(`/proc/${pid}/comm`) ?? "").startsWith("containerd-shim")) return false;
  const folder = readProcLink(`/proc/${pid}/cwd`) ?? "";
  return folders.some((ours) => folder.startsWith(`${ours}/`));
}

async function killAll(options: TeardownOptions): Promise<readonly string[]> {
  await cgroup.killTree(options.scope.mark);
  try {
    await until("our processes to end", 15_000, () => {
      const left = processesOf(options);
      for (const pid of left) {
        const identity = identify(pid);
        if (identity) signalProcess(identity, "SIGKILL");
      }
      return left.length === 0;
    });
    return [];
  } catch {
    return processesOf(options).map(
      (pid) => `process ${pid} (${(readProc(`/proc/${pid}/comm`) ?? "").trim()})`,
    );
  }
}

function namespacesOfProcesses(pids: readonly number[]): ReadonlySet<number> {
  const machine = networkNamespaceOf(process.pid);
  const inodes = pids.map(networkNamespaceOf);
  return new Set(inodes.filter((inode) => inode !== undefined && inode !== machine) as number[]);
}

async function removeNamespace(run: Run, name: string): Promise<readonly string[]> {
  const path = `${NETNS}/${name}`;
  await killInNamespace(path);
  await run("ip", ["netns", "delete", name]);
  return [];
}

async function removePodNamespaces(run: Run, inodes: ReadonlySet<number>): Promise<readonly string[]> {
  for (const name of namespaceNames()) {
    if (isIn(inodes, namespaceInode(`${NETNS}/${name}`))) await run("ip", ["netns", "delete", name]);
  }
  return [];
}

async function unmountAll(run: Run, folders: readonly string[]): Promise<readonly string[]> {
  // A mount stays busy for a moment after its last process has gone; a lazy unmount detaches what still is.
  for (const point of mountsUnder(folders)) {
    await run("umount", [point]).catch(() => run("umount", ["--lazy", point]).catch(() => undefined));
  }
  return mountsUnder(folders).map((point) => `mount ${point}`);
}

async function removeLinks(run: Run, scope: Scope): Promise<readonly string[]> {
  const prefix = `${scope.prefix}-`;
  for (const name of (await linkNames(run)).filter((link) => link.startsWith(prefix))) {
    // A veth goes with its peer, so with a namespace that the kernel is still taking down.
    await run("ip", ["link", "delete", "dev", name]).catch(() => undefined);
  }
  return (await linkNames(run)).filter((link) => link.startsWith(prefix)).map((link) => `link ${link}`);
}

async function linkNames(run: Run): Promise<readonly string[]> {
  const links = JSON.parse((await run("ip", ["-json", "link", "show"])) || "[]") as { ifname: string }[];
  return links.map((link) => link.ifname);
}

/** What was killed leaves its cgroup only when the kernel has freed its memory. */
async function removeCgroups(scope: Scope): Promise<readonly string[]> {
  let stayed: readonly string[] = [];
  const removed = until("cgroups", 5000, () => {
    stayed = cgroup.removeTree(scope.mark);
    return stayed.length === 0;
  });
  await removed.catch(() => undefined);
  return stayed.map((path) => `cgroup ${path}`);
}

/** The machine's settings serve every scope: the last one out puts them back. */
async function restoreUnlessShared(run: Run): Promise<readonly string[]> {
  if ((await linkNames(run)).some((name) => /^[a-z][a-z0-9]-vpc-/.test(name))) return [];
  restoreSysctls();
  return [];
}

/** Removes the folders once nothing is mounted in them: never through a mount. What else the process does goes on meanwhile. */
export async function removeFolders(folders: readonly string[]): Promise<void> {
  const [mount] = mountsUnder(folders);
  if (mount !== undefined) throw new Error(`${mount} is still mounted: its folder is not removed`);
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}
