import { once } from "node:events";
import { connect } from "node:net";
import pg from "pg";
import {
  CommandAbortedError,
  CommandError,
  CommandLimitError,
  CommandMissingError,
} from "../../toolchain/command.ts";
import { StorageError } from "../host/storage-error.ts";
import { DeadlineError } from "../host/until.ts";
import { isLasting, isPassing, whilePassing } from "./passing.ts";

const database = (code: string): Error =>
  Object.assign(new pg.DatabaseError("refused", 7, "error"), { code });
const system = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall });
const copying = (words: string): Error =>
  new CommandError("pg_basebackup", 1, `pg_basebackup: error: ${words}`);

it.each([
  ["a server that starts", database("57P03")],
  ["a server that ends", database("57P01")],
  ["a lost connection", database("08006")],
  ["all connections taken", database("53300")],
  ["a slot in use", database("55006")],
  ["a port nobody listens on", system("ECONNREFUSED", "connect")],
  ["a socket that is not there yet", system("ENOENT", "connect")],
  ["a connection that takes too long", new Error("timeout expired")],
  ["an answer that takes too long", new Error("Query read timeout")],
  ["a connection that broke", new Error("Connection terminated unexpectedly")],
  [
    "a leader that is not there",
    copying('connection to server at "10.0.0.1", port 5432 failed: Connection refused'),
  ],
  ["a leader that starts", copying("FATAL:  the database system is starting up")],
  ["a leader that was killed", copying("server closed the connection unexpectedly")],
  ["a slot that another one holds", copying('replication slot "pg_1" is active for PID 7')],
  ["a copy without a byte", new CommandLimitError("pg_basebackup", "said nothing for its limit of 600 s")],
  ["a copy that was ended", new CommandAbortedError("pg_basebackup")],
  ["a deadline", new DeadlineError("the standby to be synchronous", 5000)],
])("takes %s for what passes", (_, error) => {
  expect(isPassing(error)).toBe(true);
  expect(whilePassing("waits")(error)).toBe("waits");
});

it.each([
  ["a socket that is not there yet", { path: "/nonexistent/.s.PGSQL.5432" }],
  ["a port nobody listens on", { host: "127.0.0.1", port: 1 }],
])("takes the system's own word of %s for what passes", async (_, address) => {
  const [error] = (await once(connect(address), "connect").catch((reason: unknown) => [reason])) as unknown[];
  expect(isPassing(error)).toBe(true);
});

it.each([
  ["a wrong password", database("28P01")],
  ["a refused user", database("28000")],
  ["a full disk of the server", database("53100")],
  ["a refused setting", database("22023")],
  ["a right that is missing", database("42501")],
  ["data that are damaged", database("XX001")],
  ["a statement of ours that is wrong", database("42601")],
  ["a full disk", new StorageError("/var/lib/twinstack/x", "no space left on the file system")],
  ["a file that is not there", system("ENOENT", "open")],
  ["a disk that has failed", system("EIO", "write")],
  ["a program that is not there", new CommandMissingError("pg_basebackup", "spawn pg_basebackup ENOENT")],
  ["a full disk under a copy", copying('could not write to file "base/1": No space left on device')],
  [
    "a wrong password of a copy",
    copying('connection to server failed: FATAL:  password authentication failed for user "r"'),
  ],
  ["a copy that may not connect", copying("FATAL:  no pg_hba.conf entry for replication connection")],
  [
    "a copy whose leader shows another certificate",
    copying("connection to server failed: SSL error: certificate verify failed"),
  ],
  ["a complaint that nobody knows", copying("something new")],
  ["a mistake of ours", new TypeError("x is not a function")],
])("takes %s for what does not, and tells it at once", (_, error) => {
  expect(isPassing(error)).toBe(false);
  expect(() => whilePassing("waits")(error)).toThrow(error);
});

it.each([
  ['FATAL:  could not write lock file "postmaster.pid": No space left on device', true],
  ['FATAL:  configuration file "/x/postgresql.conf" contains errors', true],
  ['FATAL:  could not access file "pg_stat_statements": No such file or directory', true],
  ["setpriv: failed to execute /usr/lib/postgresql/15/bin/postgres: No such file or directory", true],
  ["FATAL:  requested timeline 2 is not a child of this server's history", false],
  ["PANIC:  could not locate a valid checkpoint record", false],
  ['FATAL:  could not open file "base/5/1": No such file or directory', false],
])("of a follower's last words: %s", (complaint, lasting) => {
  expect(isLasting(complaint)).toBe(lasting);
});
