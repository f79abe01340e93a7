import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identify } from "../parts/host/process-identity.ts";
import { until } from "../parts/host/until.ts";
import { CommandAbortedError, CommandError, CommandMissingError, runCommand } from "./command.ts";

const SECRET = "hunter2";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "command-"));
});
afterEach(() => {
  jest.useRealTimers();
  rmSync(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);
/** Pids that a script wrote, one a line. */
const pids = (): readonly number[] =>
  existsSync(file("pids")) ? readFileSync(file("pids"), "utf8").trim().split("\n").map(Number) : [];
const started = (count: number): Promise<void> =>
  until("its processes", 20_000, () => pids().length === count);
const living = (): readonly number[] => pids().filter((pid) => identify(pid) !== undefined);
/** A parent and its child, neither of which ends when it is asked to. */
const STUBBORN = `trap '' TERM; sh -c 'trap "" TERM; echo $$ >>pids; while :; do sleep 1; done' & echo $$ >>pids; wait; wait`;

it("ends a command that is past its limit, and names both", async () => {
  const run = runCommand("sh", ["-c", "echo $$ >>pids; exec sleep 1000", SECRET], {
    cwd: folder,
    timeoutMs: 300,
  });
  const error = await run.catch((reason: unknown) => reason as Error);
  expect(String(error)).toBe("CommandLimitError: sh: did not end within its limit of 0.3 s");
  expect(JSON.stringify(error)).not.toContain(SECRET);
  expect(living()).toEqual([]);
});

it.each([
  ["in a group of its own", false, STUBBORN],
  ["in the terminal's group", true, STUBBORN],
  ["that is stopped", false, "sleep 1000 & echo $! >>pids; echo $$ >>pids; kill -STOP $!; wait"],
])("ends a command %s, with what it started, when it is wanted no more", async (_, foreground, script) => {
  const abort = new AbortController();
  const options = { cwd: folder, signal: abort.signal, graceMs: 200, name: "pg_basebackup", foreground };
  const run = runCommand("sh", ["-c", script, SECRET], options);
  const failed = expect(run).rejects.toThrow(new CommandAbortedError("pg_basebackup"));
  await started(2);
  abort.abort();
  await failed;
  expect(living()).toEqual([]);
});

it("starts nothing that is wanted no more", async () => {
  const run = runCommand("touch", [file("made")], { signal: AbortSignal.abort() });
  await expect(run).rejects.toThrow(CommandAbortedError);
  expect(existsSync(file("made"))).toBe(false);
});

it("lets a command run on for as long as it says something", async () => {
  const script = "for n in 1 2 3; do while [ ! -e $n ]; do sleep 0.02; done; echo $n >&2; done; cat";
  const heard: string[] = [];
  jest.useFakeTimers({
    doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "Date", "setInterval", "performance"],
  });
  const run = runCommand("sh", ["-c", script], {
    cwd: folder,
    silentMs: 1000,
    input: "all of it",
    onErrorLine: (line) => heard.push(line),
  });
  for (const name of ["1", "2", "3"]) {
    jest.advanceTimersByTime(900);
    writeFileSync(file(name), "");
    while (!heard.includes(name)) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await run).toBe("all of it");
});

it("ends a command that says nothing any more", async () => {
  const run = runCommand("sh", ["-c", "echo $$ >>pids; echo begun; exec sleep 1000"], {
    cwd: folder,
    silentMs: 200,
  });
  await expect(run).rejects.toThrow("sh: said nothing for its limit of 0.2 s");
  expect(living()).toEqual([]);
});

it("does not wait for one that left the group and holds the output", async () => {
  const script = "setsid sh -c 'echo $$ >>pids; exec sleep 1000' & wait";
  const run = runCommand("sh", ["-c", script], { cwd: folder, timeoutMs: 500, graceMs: 200 });
  await expect(run).rejects.toThrow("did not end within its limit of 0.5 s");
  for (const left of living()) process.kill(left, "SIGKILL");
});

it("tells a failure from a program that is not there, by the last of its words", async () => {
  const failure = runCommand("sh", ["-c", "yes | head -c 200000 >&2; echo the end >&2; exit 3", SECRET]);
  const error = await failure.catch((reason: unknown) => reason as CommandError);
  expect(error).toBeInstanceOf(CommandError);
  expect(error).toMatchObject({ exitCode: 3 });
  expect((error as CommandError).stderr.length).toBe(64 * 1024);
  expect((error as CommandError).message.endsWith("the end")).toBe(true);
  expect((error as CommandError).message).not.toContain(SECRET);
  await expect(runCommand("twinstack-no-such-program", [SECRET])).rejects.toThrow(
    new CommandMissingError("twinstack-no-such-program", "spawn twinstack-no-such-program ENOENT"),
  );
});
