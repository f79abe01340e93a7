import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The oldest major version that the programs here may ask for. */
const oldest = 15;
/** Debian's packages are looked for up to this one. */
const newest = 21;

/** Debian's package of a major version's server. */
export const serverPackage = (major: number): string => `postgresql-${major}`;

/** Debian's packages of every server that may serve, the oldest first. */
export const serverPackages: readonly string[] = Array.from({ length: newest - oldest + 1 }, (_, index) =>
  serverPackage(oldest + index),
);

/**
 * The major version that this machine runs: of those that Debian has installed below `folder` the oldest that may serve, so that
 * one more which is installed later moves nothing. Undefined when there is none.
 */
export function installedMajor(folder = "/usr/lib/postgresql"): number | undefined {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .map(Number)
    .filter((major) => major >= oldest && existsSync(join(folder, String(major), "bin/postgres")))
    .sort((one, other) => one - other)[0];
}

/** `postgresql-17` → 17. */
export const majorOfPackage = (name: string | undefined): number | undefined =>
  name === undefined ? undefined : Number(name.slice("postgresql-".length));

/** The major version to install: the oldest that may serve and that apt can get; the oldest of all where it can get none. */
export function majorToInstall(hasCandidate: (name: string) => boolean): number {
  return majorOfPackage(serverPackages.find(hasCandidate)) ?? oldest;
}

/** What to say where `asked` (an engineVersion, e.g. `15` or `15.4`) is not the major version that runs. */
export function postgresSkew(asked: string, here: number): string | undefined {
  const major = Number(asked.split(".")[0]);
  if (major === here) return undefined;
  return `PostgreSQL ${here} of this machine stands in for engineVersion "${asked}": what ${major} does otherwise is not seen here`;
}
