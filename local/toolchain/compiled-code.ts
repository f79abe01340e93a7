import { opendir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A checkout that was not used for so long has no need of what Node compiled of it: Node compiles it again. */
const UNUSED_DAYS = 14;
const DAY_MS = 24 * 3600 * 1000;
/** When the folder was looked through last. */
const MARK = ".looked-through";

/**
 * Removes what Node compiled and nobody read for 14 days. Node keeps a file by the path of each module, for every checkout, for ever. It
 * looks once a day, for there are tens of thousands of files. Answers how many files were removed. A folder that is not there is
 * empty.
 */
export async function removeUnusedCode(folder: string, now = Date.now()): Promise<number> {
  const mark = join(folder, MARK);
  if (now - (await timeOf(mark)) < DAY_MS) return 0;
  const removed = await removeUnread(folder, now - UNUSED_DAYS * DAY_MS);
  await writeFile(mark, "", { flag: "a" }).catch(ifGone);
  await utimes(mark, now / 1000, now / 1000).catch(ifGone);
  return removed;
}

async function removeUnread(folder: string, before: number): Promise<number> {
  let removed = 0;
  const files = await opendir(folder, { recursive: true }).catch(ifGone);
  if (files === undefined) return 0;
  for await (const file of files) {
    if (!file.isFile() || file.name === MARK) continue;
    const path = join(file.parentPath, file.name);
    // Where the filesystem keeps no times of reading, the time of writing does.
    if ((await timeOf(path)) >= before) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

/** When the file was last read or written, in ms; 0 for one that is not there. */
async function timeOf(path: string): Promise<number> {
  const found = await stat(path).catch(ifGone);
  return found === undefined ? 0 : Math.max(found.atimeMs, found.mtimeMs);
}

/** Another command may remove the folder or a file of it at the same time. */
function ifGone(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
