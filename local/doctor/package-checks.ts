import { existsSync, readdirSync, readFileSync } from "node:fs";
import { candidatesOf, type Candidate } from "../toolchain/candidates.ts";
import { blocks, missing, ok, type Check } from "./check.ts";

const name = "Debian packages";

/**
 * `absent` of `total` packages are not installed; `candidates` is what apt knows of those. `lists`: whether apt has fetched its
 * lists: before, it knows nothing.
 */
export function checkPackages(
  absent: readonly string[],
  total: number,
  candidates: ReadonlyMap<string, Candidate>,
  lists: boolean,
): Check {
  if (absent.length === 0) return ok(name, `${total} installed`);
  const unknown = absent.filter((each) => candidates.get(each)?.version === undefined);
  if (unknown.length === 0) {
    return missing(
      name,
      `not installed: ${absent.join(", ")}`,
      '"make up" installs them; no service is started',
    );
  }
  if (!lists) {
    return missing(
      name,
      `not installed, and apt has no lists yet: ${absent.join(", ")}`,
      '"make up" fetches the lists ("apt-get update") and installs them, or says which this distribution does not have',
    );
  }
  return blocks(
    name,
    `apt has no candidate for ${unknown.join(", ")}`,
    `see "apt-cache policy ${unknown.join(" ")}": run "apt-get update" where apt's lists are old, else use a Debian that has them`,
  );
}

/** `PRETTY_NAME` of an /etc/os-release. */
export function distribution(osRelease: string): string {
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? "an unknown Linux";
}

/** The distribution's own name for itself. */
export const thisDistribution = (): string => distribution(readFileSync("/etc/os-release", "utf8"));

/** The check for a machine whose packages could not be asked for. */
export function withoutApt(error: unknown, system = thisDistribution()): Check {
  return blocks(
    name,
    `dpkg and apt do not answer on ${system}: ${(error as Error).message}`,
    "use Debian 12, or a distribution that is made from it",
  );
}

const listsFolder = "/var/lib/apt/lists";

/** Whether apt has fetched lists of packages, compressed or not. */
export function hasLists(folder = listsFolder): boolean {
  return existsSync(folder) && readdirSync(folder).some((file) => file.includes("_Packages"));
}

/** As `checkPackages`, of what apt's lists say now; `fetched`: that they were just fetched, or could not be. */
export async function packageCheck(
  absent: readonly string[],
  total: number,
  fetched: boolean,
): Promise<Check> {
  const candidates = absent.length === 0 ? new Map<string, Candidate>() : await candidatesOf(absent);
  return checkPackages(absent, total, candidates, fetched || hasLists());
}
