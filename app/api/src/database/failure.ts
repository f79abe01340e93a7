import pg from "pg";

/**
 * Classes and codes of SQLSTATE after which the connection, not the statement, is to blame: connection exceptions (also
 * PgBouncer's 08P01), shutdown and start of the server, sessions that it ends, faults of its machine.
 */
const CONNECTION_STATES = /^(?:08|57P0[1-5]|25P0[34]|58)/;
/**
 * The server answers and cannot do it now: a statement past its time (57014), and all of class 53: too many connections, no
 * memory, no disk. A server without a free connection is overloaded, not gone: who asks it again at once makes that worse.
 */
const BUSY_STATES = /^(?:57014|53)/;
/** What pg-pool throws when no connection became free in time. */
const POOL_FULL = "timeout exceeded when trying to connect";
/** What pg throws when a statement was not answered in time. */
const NO_ANSWER = "Query read timeout";
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

/** Whether the server, or the pool before it, has too much to do just now. */
export function isBusy(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return BUSY_STATES.test(state);
  return error instanceof Error && error.message === POOL_FULL;
}

/** Whether the driver has given up waiting for a statement's answer: the server may be busy or gone. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof Error && error.message === NO_ANSWER;
}

/** Whether it is the server's own answer. */
export function isAnswer(error: unknown): boolean {
  return sqlState(error) !== undefined;
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
