import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "../parts/host/atomic-file.ts";
import { cacheDir } from "../paths.ts";
import { bootServices, disableNewServices, type BootServices, type DebianMachine } from "./boot-services.ts";
import { candidatesOf } from "./candidates.ts";
import { debianPackages, installedPackages, missingPackages } from "./debian.ts";
import { withLock } from "./lock.ts";
import { run, type RunOptions } from "./run.ts";
import { holdingSignals } from "./signals.ts";

type Report = (message: string) => void;

/** Where an install is done, and where it is noted while it lasts. */
export interface InstallSite extends DebianMachine {
  /** Holds what was enabled before, until an install has come to its end; in the tool cache, which outlives `make down`. */
  readonly record: string;
}

const thisMachine = (): InstallSite => ({ run, root: "/", record: join(cacheDir(), "debian-install.json") });

/** An install under way. */
interface InstallRecord {
  /** What the machine started at boot before it. */
  readonly before: BootServices;
  /** All that apt was to install, dependencies too. */
  readonly packages: readonly string[];
}

async function readRecord(path: string): Promise<InstallRecord | undefined> {
  return existsSync(path) ? (JSON.parse(await readFile(path, "utf8")) as InstallRecord) : undefined;
}

/** On the disk before apt does anything: the machine may lose its power meanwhile. */
function writeRecord(path: string, record: InstallRecord): void {
  writeFileAtomic(path, JSON.stringify(record), { durable: true });
}

const policyMark = "# twinstack: no service starts while its packages are installed";
const policy = `#!/bin/sh\n${policyMark}\nexit 101\n`;

/** invoke-rc.d asks this file before it starts anything (Debian Policy 9.3.3.1); one that is there already is kept. */
async function withoutServiceStarts(root: string, work: () => Promise<void>): Promise<void> {
  const file = join(root, "usr/sbin/policy-rc.d");
  const foreign = existsSync(file) && !(await readFile(file, "utf8")).includes(policyMark);
  if (!foreign) await writeFile(file, policy, { mode: 0o755 });
  try {
    await work();
  } finally {
    if (!foreign) await rm(file, { force: true });
  }
}

/** Debian's postgresql packages make a cluster `main` of their own while they are installed, unless told not to. */
async function withoutMainCluster(root: string, work: () => Promise<void>): Promise<void> {
  const file = join(root, "etc/postgresql-common/createcluster.d/twinstack.conf");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, "create_main_cluster = false\n");
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
}

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, DEBIAN_FRONTEND: "noninteractive" });
// `-q` alone names each package as it comes, which shows that it goes on.
const installArguments = ["install", "-y", "-q", "--no-install-recommends"];

/** One package's download, or its installation on a machine that emulates another one. */
const SILENT_MS = 15 * 60_000;
const options = (): RunOptions => ({ env: environment(), silentMs: SILENT_MS });

/** What apt would install for these, dependencies included. */
async function planOf(site: InstallSite, wanted: readonly string[]): Promise<readonly string[]> {
  const simulated = await site.run("apt-get", ["-s", ...installArguments, ...wanted], options());
  return simulated.split("\n").flatMap((line) => /^Inst (\S+)/.exec(line)?.[1] ?? []);
}

async function install(site: InstallSite, wanted: readonly string[], report: Report): Promise<void> {
  const { run, root, record } = site;
  const interrupted = await readRecord(record);
  if (interrupted === undefined && (await missingPackages(wanted, run)).length === 0) return;
  const before = interrupted?.before ?? (await bootServices(site));
  const apt = async (): Promise<void> => {
    // A dpkg that was killed leaves packages half done, and apt refuses to work until they are whole.
    if (interrupted !== undefined) await run("dpkg", ["--configure", "-a"], options());
    const missing = await missingPackages(wanted, run);
    if (missing.length === 0) return;
    report(`apt-get install ${missing.join(" ")}`);
    await run("apt-get", ["update", "-q"], options());
    const packages = [...(interrupted?.packages ?? []), ...(await planOf(site, missing))];
    writeRecord(record, { before, packages: [...new Set(packages)] });
    await run("apt-get", [...installArguments, ...missing], options());
  };
  try {
    await withoutServiceStarts(root, () => withoutMainCluster(root, apt));
  } finally {
    await disableNewServices(site, before, interrupted && (await broughtByUs(site)));
  }
  await rm(record, { force: true });
}

/** Of the packages on record, those that are there by now. */
async function broughtByUs({ run, record }: InstallSite): Promise<readonly string[]> {
  const installed = await installedPackages(run);
  return ((await readRecord(record))?.packages ?? []).filter((name) => installed.has(name));
}

/**
 * Installs what is missing with apt. No service is started, and whatever the next boot would start anew is disabled, also what came
 * with a dependency; what was enabled before is not touched. A run that was killed is brought to its end by the next one.
 * Rejects with the words of apt, dpkg or systemctl.
 */
export async function installPackages(
  wanted: readonly string[],
  report: Report,
  site: InstallSite = thisMachine(),
): Promise<void> {
  // Nearly every call finds everything in place, and then waits for nobody.
  if (!existsSync(site.record) && (await missingPackages(wanted, site.run)).length === 0) return;
  await withLock(
    `${site.record}.lock`,
    () => report("another run is installing packages: waiting for it"),
    () => holdingSignals(() => install(site, wanted, report)),
  );
}

/**
 * Fetches apt's lists where something is missing and apt knows no candidate for it: a new machine has no lists, another one old
 * ones. A failure is reported, not thrown: whoever asks next for the candidates says what is missing.
 */
export async function fetchPackageLists(report: Report, runCommand: typeof run = run): Promise<void> {
  const wanted = await debianPackages(runCommand);
  const missing = await missingPackages(wanted, runCommand);
  if (missing.length === 0) return;
  const candidates = await candidatesOf(missing, runCommand);
  if (missing.every((name) => candidates.get(name)?.version !== undefined)) return;
  report(
    `apt has no candidate for ${missing.filter((name) => candidates.get(name)?.version === undefined).join(", ")} yet: apt-get update`,
  );
  try {
    await runCommand("apt-get", ["update", "-q"], options());
  } catch (error) {
    report((error as Error).message);
  }
}
