import pg from "pg";
import {
  CommandAbortedError,
  CommandError,
  CommandLimitError,
  CommandMissingError,
} from "../../toolchain/command.ts";
import { DeadlineError } from "../host/until.ts";
import { NotReadyError } from "./not-ready.ts";

/**
 * PostgreSQL's codes of what passes (its Appendix A): connections, a statement that was cancelled, a server that starts or
 * ends, all connections taken, something in use, one that is not promoted yet.
 */
const PASSING_CODE = /^(08...|57014|57P0[1-5]|53300|40001|40P01|55006|55P03|25006)$/;
/** The system's codes of a server that is not there yet or not any more. */
const PASSING_SYSTEM_CODE = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAGAIN)$/;
/** What the client library says without a code. */
const PASSING_WORDS =
  /timeout expired|read timeout|connection terminated|connection timeout|client was closed/i;

/** What PostgreSQL's programs and its log say of a leader that is not there yet or not any more. */
const PASSING_COMPLAINT =
  /connection refused|connection reset|timed out|timeout expired|closed the connection|the database system is|terminating connection|is active for PID|no route to host|could not receive data|could not send|unexpected EOF|EOF detected|unexpected termination/i;
/** What no second try mends, nor another copy of the data. */
const LASTING_COMPLAINT =
  /no space left|disk quota|read-only file system|input\/output error|permission denied|authentication failed|no pg_hba\.conf entry|certificate|cannot allocate memory|configuration file .* contains errors|invalid value for parameter|unrecognized configuration parameter|could not access file|failed to execute|could not load library/i;

/** Whether these words, of a program or of a server's log, tell of what will not pass by itself. */
export function isLasting(complaint: string): boolean {
  return LASTING_COMPLAINT.test(complaint);
}

/**
 * Whether a failure passes by itself: the server it comes from is starting, ending or being replaced. All others, a wrong
 * password, a full disk, a missing program, a refused setting, are told at once.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof CommandMissingError) return false;
  if (error instanceof CommandError) return !isLasting(error.stderr) && PASSING_COMPLAINT.test(error.stderr);
  if ([CommandAbortedError, CommandLimitError, DeadlineError].some((kind) => error instanceof kind))
    return true;
  if (error instanceof NotReadyError) return error.wasWell && !isLasting(error.message);
  if (typeof error !== "object" || error === null) return false;
  const { code, syscall, message = "" } = error as Partial<NodeJS.ErrnoException>;
  if (error instanceof pg.DatabaseError) return PASSING_CODE.test(code ?? "");
  // The socket of a server that has not made it yet.
  if (code === "ENOENT") return syscall === "connect";
  return code === undefined ? PASSING_WORDS.test(message) : PASSING_SYSTEM_CODE.test(code);
}

/** For `catch`: answers `value` while the failure is one that passes, and throws every other one. */
export function whilePassing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (isPassing(error)) return value;
    throw error;
  };
}
