import { existsSync } from "node:fs";
import { mkdir, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Where buildah and its siblings keep, for root, which registry has which blob. `--root` does not move it, and no option does. */
export const BLOB_INFO_FOLDER = "/var/lib/containers";

/**
 * Runs a command of buildah, and removes the folder of blob information if it was not there before: nobody on this machine uses
 * buildah then but we. `mark` remembers that between commands, for one that is killed removes nothing.
 */
export async function withoutBlobInfo<T>(
  work: () => Promise<T>,
  mark: string,
  folder = BLOB_INFO_FOLDER,
): Promise<T> {
  if (!existsSync(folder)) {
    await mkdir(dirname(mark), { recursive: true });
    await writeFile(mark, `${folder} was not there before\n`);
  }
  try {
    return await work();
  } finally {
    if (existsSync(mark)) {
      await removeBlobInfo(folder);
      await rm(mark, { force: true });
    }
  }
}

/** The database alone; the folders if nothing else is in them. */
async function removeBlobInfo(folder: string): Promise<void> {
  const cache = join(folder, "cache");
  const files = existsSync(cache) ? await readdir(cache) : [];
  for (const file of files.filter((name) => name.startsWith("blob-info-cache-"))) {
    await rm(join(cache, file), { force: true });
  }
  for (const each of [cache, folder]) await rmdir(each).catch(ifUsedOrGone);
}

function ifUsedOrGone(error: unknown): void {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(code)) throw error;
}
