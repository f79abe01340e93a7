import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../../doorways/user-error.ts";
import { withLock } from "../../../local/toolchain/lock.ts";
import { run } from "../../../local/toolchain/run.ts";
import { aptSources } from "./apt-sources.ts";
import { command } from "./command.ts";
import { proofDir } from "./image.ts";
import type { Accelerator } from "./accelerator.ts";

/** QEMU as it is started. */
export interface Emulator {
  readonly program: string;
  /** Before all others: where its firmware lies, unless it finds that itself. */
  readonly args: readonly string[];
  readonly version: string;
}

/** Emulated by 7.2, Node ended with a segmentation fault in one start of five; by 10.0 never. Versions between were not tried. */
const LEAST_MAJOR = 10;
const PROGRAM = "qemu-system-x86_64";
const packages = ["qemu-system-x86", "qemu-system-common", "qemu-system-data", "seabios"];

/** The version that `qemu-system-x86_64 --version` prints. Throws when it prints none. */
export function versionIn(text: string): string {
  const found = /version (\d+\.\d+(?:\.\d+)*)/.exec(text)?.[1];
  if (found === undefined) throw new Error(`QEMU says no version: ${text.trim()}`);
  return found;
}

/** Whether a guest runs well under it: emulation needs a QEMU of 2025, KVM any. */
export const serves = (version: string, accelerator: Accelerator["name"]): boolean =>
  accelerator === "kvm" || Number(version.split(".")[0]) >= LEAST_MAJOR;

/** The suite of Debian's backports for a machine, from its os-release. Throws a UserError where none is known to have QEMU 10. */
export function backportsOf(osRelease: string, installed: string): string {
  if (/^VERSION_CODENAME=bookworm$/m.test(osRelease)) return "bookworm-backports";
  throw new UserError(
    `QEMU ${installed} is installed; without KVM the guest needs QEMU ${LEAST_MAJOR} or newer, because Node crashes under ` +
      `older ones: install it, or run this where there is KVM`,
  );
}

/**
 * The machine's QEMU where it serves; else a newer one of Debian's backports, unpacked beside the images. The machine's own
 * packages stay as they are.
 */
export async function ensureEmulator(
  { name }: Accelerator,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<Emulator> {
  const version = versionIn(await run(PROGRAM, ["--version"]));
  if (serves(version, name)) return { program: PROGRAM, args: [], version };
  const suite = backportsOf(readFileSync("/etc/os-release", "utf8"), version);
  const root = join(proofDir(), `qemu-${suite}`);
  const waiting = (): void => report("another run fetches QEMU: waiting for it");
  await mkdir(proofDir(), { recursive: true });
  await withLock(join(proofDir(), ".lock"), waiting, async () => {
    if (existsSync(root)) return;
    report(`QEMU ${version} is too old for emulation: fetching the one of ${suite}`);
    await unpack(suite, root, signal);
  });
  const program = join(root, "usr/bin", PROGRAM);
  const args = ["qemu", "seabios"].flatMap((folder) => ["-L", join(root, "usr/share", folder)]);
  return { program, args, version: versionIn(await run(program, ["--version"])) };
}

/** Fetched by apt with lists of its own, which checks Debian's signature as always. */
async function unpack(suite: string, root: string, signal: AbortSignal): Promise<void> {
  const work = await mkdtemp(join(proofDir(), ".work-"));
  try {
    for (const folder of ["lists/partial", "cache/archives/partial", "packages", "root"]) {
      await mkdir(join(work, folder), { recursive: true });
    }
    const release = suite.replace(/-.*/, "");
    const source = (await aptSources(release)).find((line) => line.split(" ")[2] === release);
    if (source === undefined) throw new UserError(`apt on this machine has no source of ${release}`);
    await writeFile(
      join(work, "sources.list"),
      `${source}\n${source.replace(` ${release} `, ` ${suite} `)}\n`,
    );
    const settings = {
      "Dir::Etc::SourceList": join(work, "sources.list"),
      "Dir::Etc::SourceParts": "/dev/null",
      "Dir::State::Lists": join(work, "lists"),
      "Dir::Cache": join(work, "cache"),
      "APT::Sandbox::User": "root",
    };
    const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
    await command("apt-get", [...options, "update"], signal);
    const download = ["apt-get", ...options, "--target-release", suite, "download", ...packages];
    await command("env", ["--chdir", join(work, "packages"), ...download], signal);
    for (const file of await readdir(join(work, "packages"))) {
      await command("dpkg-deb", ["--extract", join(work, "packages", file), join(work, "root")], signal);
    }
    await rename(join(work, "root"), root);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
