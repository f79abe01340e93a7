import { spawn } from "node:child_process";
import { join } from "node:path";
import { readEvents, type Diagnostic, type Operation } from "./events.ts";
import type { Workspace } from "./workspace.ts";

export interface CommandResult {
  /** Exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface EngineResult extends CommandResult {
  /** Every step, `same` included, in the order the engine began them. */
  readonly operations: readonly Operation[];
  /** `"<op> <name>"` of every step that is no `same`, sorted; the stack's own and default providers' are left out. */
  readonly changes: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** The errors' texts, joined; what stderr says when the command failed before the engine ran. */
  readonly errors: string;
}

/** A command that runs: end it early, or await its result. */
export interface RunningCommand<T> {
  readonly pid: number;
  readonly result: Promise<T>;
  /** Signals the CLI alone, as `kill` would. */
  kill(signal: NodeJS.Signals): void;
}

export function startCommand(
  workspace: Workspace,
  args: readonly string[],
  input = "",
): RunningCommand<CommandResult> {
  const child = spawn("pulumi", ["--non-interactive", ...args], {
    cwd: workspace.project,
    env: workspace.env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  // Ended before it has read its input: its exit code says what matters.
  child.stdin.on("error", () => undefined).end(input);
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once("error", reject);
    // "exit", not "close": a killed CLI's orphans may hold the pipes.
    child.once("exit", (code) => setImmediate(() => resolve({ code: code ?? undefined, ...output })));
  });
  return { pid: child.pid ?? 0, result, kill: (signal) => child.kill(signal) };
}

let logs = 0;

/** A command that runs the engine, with its event log read. */
export function startEngine(workspace: Workspace, args: readonly string[]): RunningCommand<EngineResult> {
  logs += 1;
  const log = join(workspace.root, `events-${logs}.json`);
  const running = startCommand(workspace, [...args, "--event-log", log]);
  return { ...running, result: running.result.then((result) => engineResult(result, log)) };
}

async function engineResult(result: CommandResult, log: string): Promise<EngineResult> {
  const { operations, diagnostics } = await readEvents(log);
  const errors = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message)
    .join("\n");
  return {
    ...result,
    operations,
    diagnostics,
    changes: operations
      .filter((operation) => operation.op !== "same" && !isImplied(operation))
      .map(({ op, name }) => `${op} ${name}`)
      .sort(),
    errors: errors === "" && result.code !== 0 ? result.stderr.trim() : errors,
  };
}

function isImplied({ type, name }: Operation): boolean {
  return (
    type === "pulumi:pulumi:Stack" || (type.startsWith("pulumi:providers:") && /^default(_|$)/.test(name))
  );
}
