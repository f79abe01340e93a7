import { candidatesOf } from "./candidates.ts";
import { installedMajor, majorToInstall, serverPackage, serverPackages } from "./postgres-major.ts";
import { run } from "./run.ts";

/** Debian's packages that the parts are made of, but for PostgreSQL. Versions are those of the Debian release. */
const fixedPackages = [
  "buildah",
  "catatonit",
  "conntrack",
  "containerd",
  "containernetworking-plugins",
  "docker-registry",
  "haproxy",
  "iproute2",
  "iptables",
  "mmdebstrap",
  "nftables",
  "nginx-light",
  "openssl",
  "pgbouncer",
  "redis-server",
  "runc",
] as const;

/**
 * Debian's packages that the parts are made of, on this machine: PostgreSQL's major version is the one that is installed, else the
 * oldest that may serve and that apt can get.
 */
export async function debianPackages(
  runCommand: typeof run = run,
  installed: () => number | undefined = installedMajor,
): Promise<readonly string[]> {
  const major = installed();
  if (major !== undefined) return [...fixedPackages, serverPackage(major)];
  const candidates = await candidatesOf(serverPackages, runCommand);
  const chosen = majorToInstall((name) => candidates.get(name)?.version !== undefined);
  return [...fixedPackages, serverPackage(chosen)];
}

/** What the browser test needs beyond the parts. */
export const testPackages = ["chromium"] as const;

/** The packages that dpkg has installed, those held at their version included. */
export async function installedPackages(runCommand: typeof run = run): Promise<ReadonlySet<string>> {
  const listing = await runCommand("dpkg-query", ["-W", "-f", "${db:Status-Abbrev} ${Package}\n"]);
  return new Set(listing.split("\n").flatMap((line) => /^.i\s+(\S+)/.exec(line)?.[1] ?? []));
}

/** Of `wanted`, the packages dpkg does not have installed. */
export async function missingPackages(
  wanted: readonly string[],
  runCommand: typeof run = run,
): Promise<readonly string[]> {
  const installed = await installedPackages(runCommand);
  return wanted.filter((name) => !installed.has(name));
}
