import { CommandError, runCommand } from "../../toolchain/command.ts";
import { MARK_VARIABLE } from "./scope.ts";
import type { Scope } from "./scope.ts";
import type { Run } from "../machine.ts";

export { CommandError };

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

/**
 * Runs commands with a part's environment at the machine's root (paths in `args` are absolute), inside a host when one is named.
 * `runCommand` says how they end.
 */
export function createRun(scope: Scope, namespacePath: (host: string) => string): Run {
  return async (command, args, { host, env, ...options } = {}) => {
    const inHost = host === undefined ? [] : ["nsenter", `--net=${namespacePath(host)}`, "--"];
    const [file = command, ...rest] = [...inHost, command, ...args];
    return runCommand(file, rest, {
      name: command,
      ...options,
      // A part's user may not enter the caller's folder (a checkout below /root), and PostgreSQL's programs go back to it.
      cwd: "/",
      env: partEnvironment(scope, env),
    });
  };
}
