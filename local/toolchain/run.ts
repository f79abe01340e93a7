import { runCommand } from "./command.ts";
import type { CommandLimits } from "./command.ts";

/** Where a command runs, and its limits (default 120 s in all). */
export interface RunOptions extends CommandLimits {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Told each line of its stderr as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

/**
 * Runs a command to its end and answers its stdout; rejects with the command and its stderr. A Ctrl-C in the terminal
 * reaches it too.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return runCommand(command, args, { ...options, foreground: true });
}
