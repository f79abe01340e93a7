import { readdirSync, rmdirSync, statSync } from "node:fs";
import { mountsUnder } from "./mounts.ts";
import { unlessGone } from "./process-identity.ts";
import { CommandError } from "./run.ts";
import type { Run } from "../machine.ts";
import type { Scope } from "./scope.ts";

/** Where `ip netns` keeps the names of network namespaces, ours and everybody's. */
export const NETNS = "/run/netns";
const ADD_TRIES = 50;
/** What `ip netns add` says when the folder, or its mount on itself, goes between two of its steps. */
const TAKEN_AWAY = /No such file or directory|Invalid argument|Device or resource busy/;

/** All names there are; whoever removes the last one may remove the folder, too. */
export const namespaceNames = (): readonly string[] => unlessGone(() => readdirSync(NETNS)) ?? [];

/** Names of the namespaces of ours that this machine has, whoever made them. */
export const namespacesOf = (scope: Scope): readonly string[] =>
  namespaceNames().filter((name) => name.startsWith(`${scope.prefix}-`));

/**
 * The number that its processes' `/proc/<pid>/ns/net` shows too; undefined when there is none of that name. Its file is a
 * mount of the kernel's nsfs; what a crash cut off is an empty ordinary file.
 */
export function namespaceInode(path: string): number | undefined {
  const folder = statSync(NETNS, { throwIfNoEntry: false });
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || found.dev === folder?.dev ? undefined : found.ino;
}

/** `ip netns add`, again when somebody else has just removed the empty folder under it. */
export async function addNamespace(run: Run, name: string): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await run("ip", ["netns", "add", name]);
      return;
    } catch (error) {
      const isTakenAway = error instanceof CommandError && TAKEN_AWAY.test(error.stderr);
      if (!isTakenAway || tried === ADD_TRIES) throw error;
    }
  }
}

/**
 * Removes the folder when no namespace is left. The first `ip netns add` on a machine mounts it on itself, for good. Somebody
 * else may add or remove at this moment: then it is theirs.
 */
export async function removeEmptyFolder(run: Run): Promise<void> {
  const isMounted = (): boolean => mountsUnder([NETNS]).includes(NETNS);
  if (namespaceNames().length > 0) return;
  if (isMounted()) await run("umount", [NETNS]).catch(() => undefined);
  if (isMounted()) return;
  try {
    rmdirSync(NETNS);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!["ENOENT", "ENOTEMPTY", "EBUSY"].includes(code)) throw error;
  }
}
