import { setTimeout as delay } from "node:timers/promises";

/** What was waited for did not come in time. */
export class DeadlineError extends Error {
  constructor(what: string, deadlineMs: number) {
    super(`waited ${deadlineMs} ms for ${what}`);
    this.name = "DeadlineError";
  }
}

/** Asks every 20 ms until `done` says so; throws DeadlineError, which says what was waited for, after `deadlineMs`. */
export async function until(
  what: string,
  deadlineMs: number,
  done: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await done())) {
    if (Date.now() > end) throw new DeadlineError(what, deadlineMs);
    await delay(20);
  }
}
