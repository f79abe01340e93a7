import pg from "pg";

/**
 * Classes and codes of SQLSTATE after which the connection, not the statement, is to blame: connection exceptions (also
 * PgBouncer's 08P01), shutdown and start of the server, too many connections, faults of its machine.
 */
const CONNECTION_STATES = /^(?:08|57P0[1-5]|53300|58)/;
/** What a writer says that has become a replica, because another was promoted. */
const READ_ONLY_STATE = "25006";
/**
 * Serialisation failures, deadlocks, reads that a replica's replay cancelled, and locks that others held for too long: the
 * same again may succeed.
 */
const TRANSIENT_STATES = /^(?:40|55P03)/;

/**
 * Whether what the driver threw is the connection's fault; a statement that was refused for its own sake is not.
 *
 * @param mayWrite whether the server is one that takes writes.
 */
export function isConnectionsFault(error: unknown, mayWrite: boolean): boolean {
  const state = sqlState(error);
  // Without a SQLSTATE it never came from the server: refused, reset, timed out, not resolved.
  return state === undefined || CONNECTION_STATES.test(state) || (mayWrite && state === READ_ONLY_STATE);
}

export function isTransient(error: unknown): boolean {
  return TRANSIENT_STATES.test(sqlState(error) ?? "");
}

/** Whether a unique index of that name refused the row. */
export function isDuplicate(error: unknown, index: string): boolean {
  return error instanceof pg.DatabaseError && error.code === "23505" && error.constraint === index;
}

function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
