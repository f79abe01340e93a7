import { readProc } from "./process-identity.ts";

/** What proc(5) says a process does now, in words. */
const WORDS: Readonly<Record<string, string>> = {
  R: "running",
  S: "asleep",
  D: "waiting for the disk or the kernel",
  T: "stopped",
  t: "stopped by a debugger",
  Z: "ended",
};

/** e.g. `asleep`; undefined when there is no such process. */
export function processState(pid: number): string | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The program's name, in brackets, may hold blanks and brackets itself.
  const letter = text.charAt(text.lastIndexOf(")") + 2);
  return WORDS[letter] ?? letter;
}

/** True for one that SIGSTOP, a Ctrl-Z or a debugger holds: it answers nobody until it is let go. */
export function isStopped(pid: number): boolean {
  return processState(pid)?.startsWith("stopped") === true;
}

/** e.g. `process 7, asleep` or `process 7, stopped: "kill -CONT 7" lets it go on`. */
export function describeProcess(pid: number): string {
  const state = processState(pid) ?? "ended";
  return `process ${pid}, ${state}${isStopped(pid) ? `: "kill -CONT ${pid}" lets it go on` : ""}`;
}
