import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names of everything a machine makes outside its folders, so that teardown finds it without a record. */
export interface Scope {
  /** Two characters: namespaces and links are `<prefix>-<name>`, which leaves twelve of a link's fifteen. */
  readonly prefix: string;
  /** The cgroup below each hierarchy's root, and the comment of every firewall rule. */
  readonly mark: string;
}

/** The environment variable every process of ours carries, and its children inherit. */
export const MARK_VARIABLE = "TWINSTACK_MARK";

/**
 * `TWINSTACK_SCOPE` is for tests and experiments that run beside a region: any two characters of [a-z0-9] but
 * the default `ts`.
 */
export function scope(prefix: string = process.env["TWINSTACK_SCOPE"] ?? "ts"): Scope {
  if (!/^[a-z][a-z0-9]$/.test(prefix)) {
    throw new Error(
      `TWINSTACK_SCOPE: "${prefix}" is not a scope; write a letter and a letter or digit, e.g. "t1", or leave it out`,
    );
  }
  return { prefix, mark: prefix === "ts" ? "twinstack" : `twinstack-${prefix}` };
}

/** Whether a cgroup of this name is the mark of any scope. */
export function isMark(name: string): boolean {
  return /^twinstack(-[a-z][a-z0-9])?$/.test(name);
}

const recordFolder = process.getuid?.() === 0 ? "/run" : tmpdir();

/** What the kernel lets every namespace of this machine share is recorded once for all scopes. */
export const SYSCTL_RECORD = join(recordFolder, "twinstack-sysctl.json");

/** As above: the controllers that were turned on in the root of cgroup v2. */
export const CONTROLLERS_RECORD = join(recordFolder, "twinstack-controllers.json");
