import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

/** Of a log the last so many bytes are read. */
const READ_BYTES = 64 * 1024;

/** The last lines of a log that are not empty; none when there is no log. `from`: what stands before that byte is left out. */
export function lastLines(path: string, from = 0): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    // A log that grew too long was set aside, and this is the next one.
    const begin = Math.max(size < from ? 0 : from, size - READ_BYTES);
    const bytes = Buffer.alloc(size - begin);
    const text = bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, begin));
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  } finally {
    closeSync(file);
  }
}
