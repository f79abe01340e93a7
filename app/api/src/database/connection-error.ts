import { messageOf } from "../errors/message.ts";

/** The connection to the database is lost or of no use; the cause says why. */
export class ConnectionError extends Error {
  constructor(pool: string, cause: unknown) {
    super(`${pool}: ${messageOf(cause)}`, { cause });
    this.name = "ConnectionError";
  }
}
