import { setTimeout as delay } from "node:timers/promises";

/** Asks every 20 ms until `done` says so; throws what was waited for after `deadlineMs`. */
export async function until(
  what: string,
  deadlineMs: number,
  done: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms for ${what}`);
    await delay(20);
  }
}
