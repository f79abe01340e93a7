import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
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

/** One package's download, or its installation on a machine that emulates another one. */
const APT_SILENT_MS = 15 * 60_000;

const policyFile = "/usr/sbin/policy-rc.d";
const policyMark = "# twinstack: no service starts while its packages are installed";
const policy = `#!/bin/sh\n${policyMark}\nexit 101\n`;

/** Of `wanted`, the packages dpkg does not have installed. */
export async function missingPackages(wanted: readonly string[]): Promise<readonly string[]> {
  const listing = await run("dpkg-query", ["-W", "-f", "${db:Status-Abbrev} ${Package}\n"]);
  const installed = new Set(
    listing
      .split("\n")
      .filter((line) => line.startsWith("ii"))
      .map((line) => line.split(/\s+/)[1]),
  );
  return wanted.filter((name) => !installed.has(name));
}

/** invoke-rc.d asks this file before it starts anything (Debian Policy 9.3.3.1); one that is there already is kept. */
async function withoutServiceStarts(work: () => Promise<void>): Promise<void> {
  const foreign = existsSync(policyFile) && !(await readFile(policyFile, "utf8")).includes(policyMark);
  if (!foreign) await writeFile(policyFile, policy, { mode: 0o755 });
  try {
    await work();
  } finally {
    if (!foreign) await rm(policyFile, { force: true });
  }
}

const noClusterFolder = "/etc/postgresql-common/createcluster.d";
const noClusterFile = `${noClusterFolder}/twinstack.conf`;

/** Debian's postgresql packages make a cluster `main` of their own while they are installed, unless told not to. */
async function withoutMainCluster(work: () => Promise<void>): Promise<void> {
  await mkdir(noClusterFolder, { recursive: true });
  await writeFile(noClusterFile, "create_main_cluster = false\n");
  try {
    await work();
  } finally {
    await rm(noClusterFile, { force: true });
  }
}

/** Unit files of services that the package brings, e.g. `haproxy.service`. */
async function serviceUnits(name: string): Promise<readonly string[]> {
  const files = await run("dpkg-query", ["-L", name]);
  return files
    .split("\n")
    .filter((path) => /\/systemd\/system\/[^/@]+\.service$/.test(path))
    .map((path) => path.slice(path.lastIndexOf("/") + 1));
}

/**
 * Installs what is missing with apt. No service is started or, for those that are new, enabled for the next boot; services that
 * were there are not touched. Rejects with apt's own words.
 */
export async function installPackages(
  wanted: readonly string[],
  report: (message: string) => void,
): Promise<void> {
  const missing = await missingPackages(wanted);
  if (missing.length === 0) return;
  report(`apt-get install ${missing.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = async (): Promise<void> => {
    // `-q` alone names each package as it comes, which shows that it goes on.
    await run("apt-get", ["update", "-q"], { env, silentMs: APT_SILENT_MS });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...missing], {
      env,
      silentMs: APT_SILENT_MS,
    });
  };
  await withoutServiceStarts(() => withoutMainCluster(install));
  if (!existsSync("/run/systemd/system")) return;
  for (const name of missing) {
    const units = await serviceUnits(name);
    if (units.length > 0) await run("systemctl", ["disable", "--quiet", ...units]);
  }
}
