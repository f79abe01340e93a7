import { chmod, cp, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Copies `entries` of `source` into `target` with modes of their own: 0755 for folders, 0644 for files, whatever the umask was under
 * which they were checked out or built. Modes are part of an image's layers, and so of its digest.
 */
export async function stage(source: string, entries: readonly string[], target: string): Promise<void> {
  for (const entry of entries) await cp(join(source, entry), join(target, entry), { recursive: true });
  await chmod(target, 0o755);
  for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink())
      await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}
