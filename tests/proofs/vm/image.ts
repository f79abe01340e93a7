import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../../local/paths.ts";
import { withLock } from "../../../local/toolchain/lock.ts";
import { aptSources } from "./apt-sources.ts";
import { bringInto, broughtText } from "./brought.ts";
import { command } from "./command.ts";
import { finishingCommands, guestFilesText, writeGuestFiles } from "./guest-files.ts";
import type { Distribution } from "./distribution.ts";

/** What QEMU boots. */
export interface Image {
  readonly disk: string;
  readonly kernel: string;
  readonly initrd: string;
}

/** Where images, and what failed runs left to read, are kept: in the tool cache. */
export const proofDir = (): string => join(cacheDir(), "vm");

/** Twelve hex digits that differ when an input differs. */
export function keyOf(...inputs: readonly string[]): string {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(`${input.length}\0${input}`);
  return hash.digest("hex").slice(0, 12);
}

/** A root of the distribution as its installer leaves it, in a tar file: it takes minutes and is the same for every commit. */
async function makeRoot(
  tar: string,
  { suite, packages }: Distribution,
  work: string,
  signal: AbortSignal,
): Promise<void> {
  const sources = join(work, "sources.list");
  await writeFile(sources, `${(await aptSources(suite)).join("\n")}\n`);
  const finish = finishingCommands.map((line) => `--customize-hook=chroot "$1" ${line}`);
  const made = join(work, "root.tar");
  const flags = ["--quiet", "--mode=root", "--variant=important", `--include=${packages.join(",")}`];
  // A root that is not finished is thrown away: dpkg need not wait for the disk. The guest's own dpkg waits, as everywhere.
  const quick = ["--dpkgopt=force-unsafe-io", '--customize-hook=rm "$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap"'];
  await command("mmdebstrap", [...flags, ...quick, ...finish, suite, made, sources], signal);
  await rename(made, tar);
}

const diskSize = "24G";

/** The root and what is brought along, as a file system in a file: `mke2fs -d` needs no mount. */
async function makeImage(folder: string, tar: string, work: string, signal: AbortSignal): Promise<void> {
  const root = join(work, "root");
  const made = join(work, "made");
  await mkdir(root);
  await mkdir(made);
  // Device files are the guest's udev's to make.
  await command("tar", ["--extract", "--directory", root, "--file", tar, "--exclude=./dev/*"], signal);
  await writeGuestFiles(root);
  await bringInto(root);
  for (const [name, file] of [
    ["vmlinuz", "kernel"],
    ["initrd.img", "initrd"],
  ] as const) {
    await command("cp", ["--dereference", join(root, name), join(made, file)], signal);
  }
  const disk = join(made, "disk.img");
  await command("truncate", ["--size", diskSize, disk], signal);
  const options = ["-q", "-F", "-t", "ext4", "-N", "1500000", "-E", "lazy_itable_init=1,root_owner=0:0"];
  await command("mke2fs", [...options, "-d", root, disk], signal);
  await rm(folder, { recursive: true, force: true });
  await rename(made, folder);
}

/** What earlier inputs made is removed: an image takes some gigabytes. */
async function removeOthers(prefix: string, keep: string): Promise<void> {
  const names = (await readdir(proofDir())).filter((name) => name.startsWith(prefix) && name !== keep);
  await Promise.all(names.map((name) => rm(join(proofDir(), name), { recursive: true })));
}

/** The distribution's image, made when an input differs from the last time's. `report` hears what is being done. */
export async function ensureImage(
  distribution: Distribution,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<Image> {
  const { name, suite, packages } = distribution;
  const rootKey = keyOf(...packages, ...(await aptSources(suite)), ...finishingCommands);
  const tar = `root-${name}-${rootKey}.tar`;
  const folder = `image-${name}-${keyOf(rootKey, guestFilesText, await broughtText())}`;
  const image = {
    disk: join(proofDir(), folder, "disk.img"),
    kernel: join(proofDir(), folder, "kernel"),
    initrd: join(proofDir(), folder, "initrd"),
  };
  const waiting = (): void => report("another run is making the image: waiting for it");
  await withLock(join(proofDir(), ".lock"), waiting, async () => {
    if (existsSync(image.disk)) return;
    await removeOthers(".work-", "");
    const work = await mkdtemp(join(proofDir(), ".work-"));
    try {
      if (!existsSync(join(proofDir(), tar))) {
        report(`${suite}, ${packages.join(", ")}`);
        await makeRoot(join(proofDir(), tar), distribution, work, signal);
        await removeOthers(`root-${name}-`, tar);
      }
      report("file system with the tool cache and node_modules");
      await makeImage(join(proofDir(), folder), join(proofDir(), tar), work, signal);
      await removeOthers(`image-${name}-`, folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return image;
}
