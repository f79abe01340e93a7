import { run } from "./run.ts";

/** Debian's packages that the parts are made of. Versions are those of the Debian release (12). */
export const debianPackages = [
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
  "postgresql-15",
  "redis-server",
  "runc",
] as const;

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
