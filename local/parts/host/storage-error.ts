/** What a file system says when it takes nothing more, in words. */
const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the file system",
  EDQUOT: "the disk quota is used up",
  EIO: "the disk has failed (input/output error)",
  EROFS: "the file system is read-only",
  EFBIG: "the file is larger than the file system allows",
  EACCES: "permission denied",
  EPERM: "the operation is not permitted",
  EMFILE: "this process has too many files open",
  ENFILE: "this machine has too many files open",
  ENAMETOOLONG: "the name is too long",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "it is a folder",
  ELOOP: "the path has too many symbolic links",
};

/** A file that could not be written. The message names the path and the cause, never the content. */
export class StorageError extends Error {
  readonly path: string;
  /** The system's code, e.g. `ENOSPC`; undefined for a write that came to nothing without one. */
  readonly code: string | undefined;
  constructor(path: string, words: string, cause?: unknown) {
    super(`${path} was not written: ${words}`, cause === undefined ? {} : { cause });
    this.name = "StorageError";
    this.path = path;
    this.code = (cause as NodeJS.ErrnoException | undefined)?.code;
  }
}

/** The failure of a write to `path` in words. One that is a StorageError already stays as it is. */
export function storageError(path: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new StorageError(path, WORDS[code ?? ""] ?? message, error);
}
