import { run } from "./run.ts";

/** What apt knows of a package. */
export interface Candidate {
  /** The version that is installed; undefined for none. */
  readonly installed: string | undefined;
  /** The version that apt would install; undefined where it has none. */
  readonly version: string | undefined;
}

const value = (text: string | undefined): string | undefined =>
  text === undefined || text === "(none)" ? undefined : text;

/** Reads what `apt-cache policy` prints, in English. A package that apt has never heard of is not in it. */
export function parsePolicy(text: string): ReadonlyMap<string, Candidate> {
  const found = new Map<string, Candidate>();
  for (const block of text.split(/^(?=\S)/m)) {
    const name = /^(\S+):$/m.exec(block)?.[1];
    if (name === undefined) continue;
    const field = (key: string): string | undefined =>
      value(new RegExp(`^ {2}${key}: (.+)$`, "m").exec(block)?.[1]);
    found.set(name, { installed: field("Installed"), version: field("Candidate") });
  }
  return found;
}

/** What apt knows of these packages from the lists that it has fetched; asks no server. Rejects where there is no apt. */
export async function candidatesOf(
  names: readonly string[],
  runCommand: typeof run = run,
): Promise<ReadonlyMap<string, Candidate>> {
  const env = { ...process.env, LC_ALL: "C" };
  return parsePolicy(await runCommand("apt-cache", ["policy", ...names], { env }));
}

/** `5:8.0.2-3+deb13u1` → `8.0`: what Debian's version says of the program's. */
export function programVersion(version: string): string {
  return /^(?:\d+:)?(\d+\.\d+|\d+)/.exec(version)?.[1] ?? version;
}
