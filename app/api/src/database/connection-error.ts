/** The connection to the database is lost or of no use; the cause says why. */
export class ConnectionError extends Error {
  constructor(pool: string, cause: unknown) {
    super(`${pool}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "ConnectionError";
  }
}
