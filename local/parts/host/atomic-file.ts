import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Replaces a file whole: a reader, or a crash at any moment, sees the old text or the new one. `durable` also
 * survives a power cut. Mode 0600: records may hold secrets.
 */
export function writeFileAtomic(
  path: string,
  text: string,
  options: { durable?: boolean; mode?: number } = {},
): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, "w", options.mode ?? 0o600);
  try {
    writeSync(file, text);
    if (options.durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  if (options.durable) syncFolder(dirname(path));
}

/** Makes a rename or removal in the folder survive a power cut. */
export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
