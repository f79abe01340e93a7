import { chownSync, closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { storageError } from "./storage-error.ts";

export interface AtomicFileOptions {
  /** Also survives a power cut: the file and its folder are flushed. Default false. */
  readonly durable?: boolean;
  /** Default 0600: records may hold secrets. */
  readonly mode?: number;
  /** Whom the file belongs to; default this process's user. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/**
 * Replaces a file whole: a reader, or a crash at any moment, sees the old content or the new one. Throws StorageError,
 * with the path and the cause in words, when it cannot be written or flushed; then the old file is as it was and
 * nothing of the new one stays.
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: AtomicFileOptions = {},
): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(temporary, "w", options.mode ?? 0o600);
    try {
      writeAll(file, typeof content === "string" ? Buffer.from(content) : content);
      if (options.durable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (options.owner) chownSync(temporary, options.owner.uid, options.owner.gid);
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw storageError(path, error);
  }
  if (options.durable) syncFolder(dirname(path));
}

/** What `writeSync` is: it may write less than it was given, and answers how much it did. */
export type Write = (file: number, bytes: Uint8Array, offset: number, length: number) => number;

/** Writes all of it, however many writes the kernel needs for that; throws when one of them writes nothing. */
export function writeAll(file: number, bytes: Uint8Array, write: Write = writeSync): void {
  for (let offset = 0; offset < bytes.length;) {
    const written = write(file, bytes, offset, bytes.length - offset);
    if (written <= 0) throw new Error(`only ${offset} of ${bytes.length} bytes could be written`);
    offset += written;
  }
}

/** Makes a rename or removal in the folder survive a power cut. Throws StorageError. */
export function syncFolder(path: string): void {
  try {
    const folder = openSync(path, "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    throw storageError(path, error);
  }
}

/** The first failure is the one to tell of: a folder that cannot be written keeps its rest. */
function discard(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {
    // A file system that has become read-only lets nothing be removed either.
  }
}
