import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { run } from "./run.ts";

/** A machine whose packages are changed. */
export interface DebianMachine {
  readonly run: typeof run;
  /** The folder its files are in: `/`, but in tests. */
  readonly root: string;
}

/** What the next boot starts. */
export interface BootServices {
  /** Unit files that are enabled: services, timers, sockets, paths, instances (`a@b.service`). */
  readonly units: readonly string[];
  /** Init scripts with a start link in one of /etc/rc?.d. */
  readonly scripts: readonly string[];
}

/** What the next boot would start as things are. */
export async function bootServices({ run, root }: DebianMachine): Promise<BootServices> {
  return { units: await enabledUnits(run), scripts: await linkedScripts(root) };
}

/** systemctl reads the files itself where systemd does not run. None on a machine without systemctl. */
async function enabledUnits(run: DebianMachine["run"]): Promise<readonly string[]> {
  try {
    const listing = await run("systemctl", ["list-unit-files", "--state=enabled", "--no-legend", "--plain"]);
    return listing.split("\n").flatMap((line) => line.trim().split(/\s+/)[0] || []);
  } catch (error) {
    if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return [];
    throw error;
  }
}

async function linkedScripts(root: string): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const level of ["2", "3", "4", "5", "S"]) {
    const folder = join(root, `etc/rc${level}.d`);
    if (!existsSync(folder)) continue;
    for (const link of await readdir(folder)) {
      const name = /^S\d\d(.+)$/.exec(link)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  return [...names];
}

/** Of `services`, what was not among those `before`. */
function newSince(before: BootServices, services: BootServices): BootServices {
  return {
    units: services.units.filter((unit) => !before.units.includes(unit)),
    scripts: services.scripts.filter((script) => !before.scripts.includes(script)),
  };
}

/** Of `services`, those whose unit file or init script is one of `files`. */
function among(files: ReadonlySet<string>, { units, scripts }: BootServices): BootServices {
  // An instance has its template's file.
  const fileOf = (unit: string): string => unit.replace(/@[^/]*(\.[a-z]+)$/, "@$1");
  return {
    units: units.filter((unit) => files.has(`system/${fileOf(unit)}`)),
    scripts: scripts.filter((script) => files.has(`init.d/${script}`)),
  };
}

/** The unit files and init scripts of installed packages, each with the name of its folder. */
async function filesOf(run: DebianMachine["run"], packages: readonly string[]): Promise<ReadonlySet<string>> {
  const files = packages.length === 0 ? "" : await run("dpkg-query", ["-L", ...packages]);
  const paths = files
    .split("\n")
    .flatMap((path) => /(?:systemd\/|\/etc\/)((?:system|init\.d)\/[^/]+)$/.exec(path)?.[1] ?? []);
  return new Set(paths);
}

/**
 * Disables, and stops, what the next boot would start and did not `before`. `packages` limits it to what those brought: an
 * install that was interrupted may be ended days later, and what the machine's owner enabled meanwhile is not ours.
 * Rejects when something new stays enabled, naming it.
 */
export async function disableNewServices(
  machine: DebianMachine,
  before: BootServices,
  packages?: readonly string[],
): Promise<void> {
  const { run, root } = machine;
  const files = packages === undefined ? undefined : await filesOf(run, packages);
  const ours = async (): Promise<BootServices> => {
    const found = newSince(before, await bootServices(machine));
    return files === undefined ? found : among(files, found);
  };
  const { units } = await ours();
  // Stopped too: a policy-rc.d of the machine's owner may have let them start.
  const now = existsSync(join(root, "run/systemd/system")) ? ["--now"] : [];
  if (units.length > 0) await run("systemctl", ["disable", "--quiet", ...now, ...units]);
  // A script with a unit of its name went with it.
  for (const script of (await ours()).scripts) await run("update-rc.d", [script, "disable"]);
  const left = await ours();
  const names = [...left.units, ...left.scripts];
  if (names.length > 0) {
    throw new Error(
      `${names.join(", ")} came with a package and would start at the next boot: disabling did not help. ` +
        `Run "systemctl mask ${names.join(" ")}"`,
    );
  }
}
