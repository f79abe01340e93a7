import { spawn } from "node:child_process";
import { MARK_VARIABLE } from "./scope.ts";
import type { Scope } from "./scope.ts";
import type { Run } from "../machine.ts";

/** What a part's program inherits: nothing of the caller's shell, where credentials and passphrases are. */
export function partEnvironment(
  scope: Scope,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
    LANG: "C.UTF-8",
    ...extra,
    [MARK_VARIABLE]: scope.mark,
  };
}

/** A command that ended with another code than 0. */
export class CommandError extends Error {
  readonly exitCode: number | null;
  readonly stderr: string;
  constructor(command: string, exitCode: number | null, stderr: string) {
    super(
      `${command}: ${stderr.trim() || `ended with ${exitCode === null ? "a signal" : `code ${exitCode}`}`}`,
    );
    this.name = "CommandError";
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/**
 * Runs commands at the machine's root: paths in `args` are absolute. The arguments are left out of the error: they may
 * hold what a log must not.
 */
export function createRun(scope: Scope, namespacePath: (host: string) => string): Run {
  return (command, args, options = {}) =>
    new Promise((resolve, reject) => {
      const inHost =
        options.host === undefined ? [] : ["nsenter", `--net=${namespacePath(options.host)}`, "--"];
      const [file = command, ...rest] = [...inHost, command, ...args];
      const child = spawn(file, rest, {
        // A part's user may not enter the caller's folder (a checkout below /root), and PostgreSQL's programs go back to it.
        cwd: "/",
        env: partEnvironment(scope, options.env),
        stdio: ["pipe", "pipe", "pipe"],
      });
      const output: Buffer[] = [];
      const errors: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
      // A command that ends before it has read its input breaks the pipe: its exit code says what matters.
      child.stdin.on("error", () => undefined);
      child.stdin.end(options.input ?? "");
      child.on("error", (error) => {
        reject(new CommandError(command, null, error.message));
      });
      child.on("close", (code) => {
        if (code === 0) resolve(Buffer.concat(output).toString());
        else reject(new CommandError(command, code, Buffer.concat(errors).toString()));
      });
    });
}
