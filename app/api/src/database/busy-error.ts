import { messageOf } from "../errors/message.ts";

/**
 * The database answers, and has too much to do: no connection became free in time, or it has given a statement up. Asking
 * another server at once would only move the load there; the cause says what it was.
 */
export class BusyError extends Error {
  constructor(pool: string, cause: unknown) {
    super(`${pool}: ${messageOf(cause)}`, { cause });
    this.name = "BusyError";
  }
}
