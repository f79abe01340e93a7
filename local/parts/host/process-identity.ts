import { readFileSync, readdirSync, readlinkSync } from "node:fs";

/** A process by pid and start time: a reused pid has another start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/<pid>/stat. */
  readonly startTime: string;
  /** Start times begin anew with every boot. */
  readonly boot: string;
}

export function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** Undefined when there is no such process or it is a zombie, of which no thread still holds a file or a port. */
export function identify(pid: number): ProcessIdentity | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is the program's name in brackets and may hold blanks and brackets itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const startTime = fields[19];
  if (startTime === undefined || state === "X") return undefined;
  if (state === "Z" && (unlessGone(() => readdirSync(`/proc/${pid}/task`))?.length ?? 0) <= 1)
    return undefined;
  return { pid, startTime, boot: bootId() };
}

/** Undefined when there is no such process. */
export function parentOf(pid: number): number | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  return text === undefined ? undefined : Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
}

export function isAlive(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now?.startTime === identity.startTime && now.boot === identity.boot;
}

/** Sends the signal unless the pid belongs to another process now. Answers whether it was sent. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** Undefined when the process is gone (a process may end between a listing and a look). */
export function readProc(path: string): string | undefined {
  return unlessGone(() => readFileSync(path, "utf8"));
}

export function readProcLink(path: string): string | undefined {
  return unlessGone(() => readlinkSync(path));
}

/** What `read` answers; undefined when what it reads is not there, or not any more. */
export function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    // EACCES: the kernel's own threads have no namespace links.
    if (["ENOENT", "ESRCH", "ENODEV", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}
