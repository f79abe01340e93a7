import { chmodSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { AwsError } from "../../aws/model.ts";
import { CommandError, CommandMissingError } from "../../toolchain/command.ts";
import { installedMajor, postgresSkew } from "../../toolchain/postgres-major.ts";
import type { Machine, MachineRunOptions } from "../machine.ts";

/** Where Debian has its PostgreSQL, a folder a major version. */
const FOLDER = "/usr/lib/postgresql";
const USER = "postgres";

export type Program = "initdb" | "pg_archivecleanup" | "pg_basebackup" | "pg_controldata" | "postgres";

let known: number | undefined;

/** The major version that this machine runs, whichever one is asked for. Throws when there is none. */
function major(): number {
  known ??= installedMajor(FOLDER);
  if (known !== undefined) return known;
  throw new Error(`no PostgreSQL below ${FOLDER}: run "make doctor" to see why, or "make up" to install it`);
}

export function programPath(program: Program): string {
  return join(FOLDER, String(major()), "bin", program);
}

/** PostgreSQL refuses to run as root: it runs as the user that Debian's package made. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const owners = new WeakMap<Machine, Promise<Owner>>();

export function ownerOf(machine: Machine): Promise<Owner> {
  const known = owners.get(machine);
  if (known !== undefined) return known;
  const id = async (flag: string): Promise<number> => Number(await machine.run("id", [flag, USER]));
  const owner = Promise.all([id("-u"), id("-g")]).then(([uid, gid]) => ({ uid, gid }));
  owners.set(machine, owner);
  return owner;
}

/** Where its client library would look for certificates and passwords of a person's: nowhere. */
export const HOME = { HOME: "/nonexistent" };

/** Runs a program to its end as PostgreSQL's user, in a host when one is named, within its limits (default 120 s). */
export async function runAsOwner(
  machine: Machine,
  program: Program | "cp" | "test",
  args: readonly string[],
  options: Pick<MachineRunOptions, "host" | "signal" | "silentMs" | "timeoutMs"> = {},
): Promise<string> {
  const { uid, gid } = await ownerOf(machine);
  const command = program === "cp" || program === "test" ? program : programPath(program);
  // It ends with a region that is killed: the next one does the same work anew, in the same folder.
  const user = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--pdeathsig=KILL", "--"];
  return machine.run("setpriv", [...user, command, ...args], { ...options, name: program, env: HOME });
}

/**
 * Lets PostgreSQL's user walk through the region's folder to its own data, not list it: what else is in there is
 * private by its own modes. Throws when a folder above, which is not ours to open, keeps it out.
 */
export async function openPath(machine: Machine): Promise<void> {
  const root = machine.dataDir("postgres");
  for (const folder of [dirname(root), root]) chmodSync(folder, statSync(folder).mode | 0o001);
  await runAsOwner(machine, "test", ["-x", root]).catch((error: unknown) => {
    if (!(error instanceof CommandError) || error instanceof CommandMissingError) throw error;
    throw new Error(
      `TWINSTACK_STATE: the user ${USER}, as whom PostgreSQL runs, cannot enter ${root}; ` +
        "name a folder below folders that everybody may enter, e.g. /var/lib/twinstack",
    );
  });
}

/**
 * Refuses what this machine cannot run, before anything is touched: an engine other than PostgreSQL, and a newer major version than
 * `here`, which a program may rely on. A newer one stands in for an older one that is asked for: `versionSkew` says so.
 */
export function checkVersion(engine: string, version: string, here = major()): void {
  if (engine !== "postgres") {
    throw new AwsError(
      "InvalidParameterValue",
      `engine: "${engine}" is not emulated; the local cloud runs "postgres"`,
    );
  }
  if (Number(version.split(".")[0]) <= here) return;
  throw new AwsError(
    "InvalidParameterCombination",
    `Cannot find version ${version} for postgres: this machine runs PostgreSQL ${here}; write engineVersion "${here}"`,
  );
}

/** What a person should know where another major version runs than the one asked for; undefined where it is the same. */
export function versionSkew(version: string): string | undefined {
  return postgresSkew(version, major());
}
