import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { descendantsOf } from "./descendants.ts";
import type { ChildProcess } from "node:child_process";

/** For a command that says no limit of its own. */
const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_GRACE_MS = 2000;
/** Of a command's errors the last so many bytes are kept. */
const ERRORS_BYTES = 64 * 1024;

export interface CommandLimits {
  /** It is ended after so many ms in all. Default 120 s; none by default where `silentMs` is given. */
  readonly timeoutMs?: number;
  /** It is ended when it has written nothing, to stdout or stderr, for so many ms: for work whose length nobody knows. */
  readonly silentMs?: number;
  /** Ends it when aborted, with all it started. One that is aborted already starts nothing. */
  readonly signal?: AbortSignal;
  /**
   * From SIGTERM to SIGKILL, in ms; default 2000. For as long again is one waited for that the kernel cannot end, because it
   * waits for a dead disk.
   */
  readonly graceMs?: number;
}

export interface CommandOptions extends CommandLimits {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Written to its stdin. */
  readonly input?: string;
  /** What errors call it; default the command. */
  readonly name?: string;
  /** Told each line of its stderr as it comes. */
  readonly onErrorLine?: (line: string) => void;
  /** It stays in the terminal's group, where Ctrl-C reaches it. Default: a group of its own. */
  readonly foreground?: boolean;
}

/** A command that ended with another code than 0. The arguments are left out: they may hold what a log must not. */
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

/** A command that could not be started at all: its program is not there, or may not be run. */
export class CommandMissingError extends CommandError {
  constructor(command: string, words: string) {
    super(command, null, words);
    this.name = "CommandMissingError";
  }
}

/** A command that was ended by its limit. */
export class CommandLimitError extends Error {
  constructor(command: string, words: string) {
    super(`${command}: ${words}`);
    this.name = "CommandLimitError";
  }
}

/** A command that was ended because nobody wants its result any more. */
export class CommandAbortedError extends Error {
  constructor(command: string) {
    super(`${command}: ended before it was done, because what needed it has ended`);
    this.name = "CommandAbortedError";
  }
}

/**
 * Runs a command to its end and answers its stdout. Rejects with CommandError when it fails, with CommandLimitError when it
 * is past its limit and with CommandAbortedError when it is aborted: in these two cases it and everything it started
 * in its group have been ended, first asked (SIGTERM), then by the kernel (SIGKILL).
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { name = command, foreground = false, signal, input = "", onErrorLine, cwd, env } = options;
  if (signal?.aborted === true) throw new CommandAbortedError(name);
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    detached: !foreground,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  let errors = Buffer.alloc(0);
  const limits = watch(name, child, foreground, options);
  child.stdout.on("data", (chunk: Buffer) => {
    limits.heard();
    output.push(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    limits.heard();
    errors = Buffer.concat([errors, chunk]).subarray(-ERRORS_BYTES);
  });
  if (onErrorLine) createInterface(child.stderr).on("line", onErrorLine);
  // A command that ends before it has read its input breaks the pipe: its exit code says what matters.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", (error) => reject(new CommandMissingError(name, error.message)));
    child.on("close", resolve);
  });
  try {
    const code = await Promise.race([ended, limits.reached]);
    // Its end may be the limit's doing; what it started may still be ending.
    if (limits.ending()) await limits.reached;
    if (code !== 0) throw new CommandError(name, code, errors.toString());
    return Buffer.concat(output).toString();
  } finally {
    limits.stop();
    ended.catch(() => undefined);
  }
}

interface Watch {
  /** Rejects once the command was ended, or could not be. */
  readonly reached: Promise<never>;
  /** Whether its end was begun. */
  ending(): boolean;
  /** It has written something. */
  heard(): void;
  stop(): void;
}

function watch(
  name: string,
  child: ChildProcess,
  foreground: boolean,
  { timeoutMs, silentMs, signal, graceMs = DEFAULT_GRACE_MS }: CommandLimits,
): Watch {
  const total = timeoutMs ?? (silentMs === undefined ? DEFAULT_TIMEOUT_MS : undefined);
  let fail: (error: Error) => void;
  const reached = new Promise<never>((_, reject) => (fail = reject));
  reached.catch(() => undefined);
  let ending = false;
  const end = (why: Error): void => {
    if (ending) return;
    ending = true;
    void endAll(child, foreground, graceMs).then(() => fail(why));
  };
  const aborted = (): void => end(new CommandAbortedError(name));
  const limit = (words: string) => (): void => end(new CommandLimitError(name, words));
  const whole =
    total === undefined
      ? undefined
      : setTimeout(limit(`did not end within its limit of ${seconds(total)}`), total);
  const silent =
    silentMs === undefined
      ? undefined
      : setTimeout(limit(`said nothing for its limit of ${seconds(silentMs)}`), silentMs);
  signal?.addEventListener("abort", aborted, { once: true });
  return {
    reached,
    ending: () => ending,
    heard: () => void silent?.refresh(),
    stop() {
      clearTimeout(whole);
      clearTimeout(silent);
      signal?.removeEventListener("abort", aborted);
    },
  };
}

/** Resolves when it has ended, or after both signals had their time. */
async function endAll(child: ChildProcess, foreground: boolean, graceMs: number): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const closed = once(child, "close").then(() => true);
  const inTime = async (): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), graceMs)));
    return Promise.race([closed, late]).finally(() => clearTimeout(timer));
  };
  // What it started is looked up before it goes: its children are nobody's then.
  const pids = foreground ? [pid, ...descendantsOf(pid)] : [-pid];
  signalAll(pids, "SIGTERM");
  if (await inTime()) return;
  signalAll(pids, "SIGKILL");
  await inTime();
  // One that left the group may hold the pipes for ever.
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
  child.unref();
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // Gone by itself.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

const seconds = (ms: number): string => `${ms / 1000} s`;
