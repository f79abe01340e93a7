import type { GuestSnapshot } from "./in-guest/guest-snapshot.ts";

/** What is there now and was not before, or the other way round, as "<list>: + <entry>". */
export type Difference = string;

/** Entries that come and go on any machine that nobody uses, and why they say nothing of us. */
const passing: Readonly<Record<string, RegExp>> = {
  // A login has a folder, a mount and cgroups of its own; units that a timer starts have one while they run. dpkg logs.
  files:
    /^\/run\/(user|systemd|sudo|sshd|lock|utmp|log|udev)\b|^\/(tmp|var\/tmp)\/systemd-private-|^\/var\/log\/(dpkg|alternatives)\.log$/,
  mounts: / \/run\/(user|credentials)\//,
  cgroups: /^\/sys\/fs\/cgroup\/((user|system|machine)\.slice|init\.scope|(dev|sys|proc)-[^/]*\.mount)(\/|$)/,
};

/** What systemd's own cgroups would hide: names of ours below them. */
const ours = /(twinstack|kube|containerd|buildah|crun|pod)/;

function isPassing(list: string, entry: string): boolean {
  return passing[list]?.test(entry) === true && !ours.test(entry);
}

/** Programs that were not there before count; those that have ended do not. */
const onlyNew = new Set(["programs", "failed units"]);

/**
 * What is compared of an entry. Of a mount where it is, of what, and its kind: a boot gives devices and pipes other numbers,
 * and memory another size.
 */
function compared(list: string, entry: string): string {
  return list === "mounts" ? entry.split(" ").slice(0, 3).join(" ") : entry;
}

/** Compares two snapshots of a guest; empty when nothing is left and nothing is missing. */
export function differences(before: GuestSnapshot, after: GuestSnapshot): readonly Difference[] {
  const lists = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return lists.flatMap((list) => {
    const of = (snapshot: GuestSnapshot): readonly string[] =>
      (snapshot[list] ?? []).map((entry) => compared(list, entry));
    const [was, is] = [of(before), of(after)];
    const added = is.filter((entry) => !was.includes(entry) && !isPassing(list, entry));
    const removed = was.filter((entry) => !is.includes(entry) && !isPassing(list, entry));
    return [
      ...added.map((entry) => `${list}: + ${entry}`),
      ...(onlyNew.has(list) ? [] : removed.map((entry) => `${list}: - ${entry}`)),
    ];
  });
}

/** The paths of files that were added. */
export function addedFiles(found: readonly Difference[]): readonly string[] {
  return found.filter((each) => each.startsWith("files: + ")).map((each) => each.slice("files: + ".length));
}

/** The differences without the files that Debian's packages brought, which stay installed. */
export function withoutFilesOf(
  found: readonly Difference[],
  packaged: readonly string[],
): readonly Difference[] {
  const excused = new Set(packaged.map((path) => `files: + ${path}`));
  return found.filter((each) => !excused.has(each));
}
