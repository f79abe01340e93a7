import { copyFileSync, existsSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { unlessGone } from "../parts/host/process-identity.ts";

/** A log file, and what was set aside of it, are at most about this long each, in bytes. */
const LIMIT = 4 * 1024 * 1024;
/** A program that writes more than this in between has a longer log for as long. */
const EVERY_MS = 10_000;

/**
 * Keeps the logs of a folder short while their programs run: a long one is copied to `<log>.1` and emptied. The programs have
 * inherited them open for appending, so they go on at the beginning; a line that is written between the copy and the
 * emptying is lost.
 */
export function shortenLogs(folder: string, limit = LIMIT): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".log"))) {
    const path = join(folder, name);
    // Whoever takes everything away may be faster.
    unlessGone(() => {
      if (statSync(path).size <= limit) return;
      copyFileSync(path, `${path}.1`);
      truncateSync(path);
    });
  }
}

/** For as long as this process lives. */
export function keepLogsShort(folder: string): void {
  setInterval(() => shortenLogs(folder), EVERY_MS).unref();
}
