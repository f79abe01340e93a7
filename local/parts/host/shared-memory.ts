import { globSync, readFileSync } from "node:fs";
import { identify, readProc } from "./process-identity.ts";
import type { Run } from "../machine.ts";

/** Who may have made a segment: pids are used again, so the time and the user count too. */
export interface Creator {
  readonly pid: number;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly uid: number;
}

/** A line of /proc/sysvipc/shm (proc(5)). A reused id has another key. */
interface Segment {
  readonly key: string;
  readonly id: string;
  readonly creatorPid: number;
  readonly creatorUid: number;
  readonly attached: number;
  /** Seconds since 1970. */
  readonly madeAt: number;
}

/** The kernel's unit of start times, for every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Undefined when the process has ended. */
export function creatorOf(pid: number): Creator | undefined {
  const startTime = identify(pid)?.startTime;
  const uid = /^Uid:\s+(\d+)/m.exec(readProc(`/proc/${pid}/status`) ?? "")?.[1];
  if (startTime === undefined || uid === undefined) return undefined;
  const booted = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
  return { pid, startedAt: booted + Math.floor(Number(startTime) / TICKS_PER_SECOND), uid: Number(uid) };
}

/**
 * Removes the System V segments that killed processes of ours left: a segment is no file and goes with nothing else.
 * Ours are those that `creators` made, and those that `lockFiles`, the postmaster.pid of PostgreSQL servers, name.
 * Nobody else's, and none that a process still uses: these are answered.
 */
export async function removeSegments(
  run: Run,
  creators: readonly Creator[],
  lockFiles: readonly string[],
): Promise<readonly string[]> {
  const named = segmentsOfServers(lockFiles);
  const ours = segments().filter(
    (segment) =>
      named.has(`${segment.key} ${segment.id} ${segment.creatorPid}`) ||
      creators.some((creator) => made(creator, segment)),
  );
  const used = ours.filter(({ attached }) => attached > 0);
  for (const segment of ours.filter(({ attached }) => attached === 0)) await remove(run, segment);
  return used.map(({ id, attached }) => `shared memory segment ${id}, which ${attached} processes use`);
}

/** Gone already is success: a server that starts anew removes its own old segment. */
async function remove(run: Run, { key, id }: Segment): Promise<void> {
  try {
    await run("ipcrm", ["-m", id]);
  } catch (error) {
    if (segments().some((each) => each.key === key && each.id === id)) throw error;
  }
}

function made(creator: Creator, segment: Segment): boolean {
  // Both times are cut to seconds, and `btime` may be off by one.
  const since = creator.startedAt - 2;
  return creator.pid === segment.creatorPid && creator.uid === segment.creatorUid && segment.madeAt >= since;
}

function segments(): readonly Segment[] {
  const [, ...lines] = readFileSync("/proc/sysvipc/shm", "utf8").split("\n");
  return lines.filter(Boolean).map((line) => {
    const fields = line.trim().split(/\s+/);
    const [key = "", id = ""] = fields;
    const number = (index: number): number => Number(fields[index]);
    return {
      key,
      id,
      creatorPid: number(4),
      attached: number(6),
      creatorUid: number(9),
      madeAt: number(13),
    };
  });
}

/** The lock files of the PostgreSQL servers whose data lie below a state folder. */
export function serverLockFiles(stateDir: string): readonly string[] {
  return globSync(`${stateDir}/postgres/nodes/*/data/postmaster.pid`);
}

/**
 * `<key> <id> <pid>` out of each postmaster.pid, for servers that were dead before: line 1 is the pid, line 7 key and id
 * (PostgreSQL's miscadmin.h). One whose writing was cut off names none.
 */
function segmentsOfServers(lockFiles: readonly string[]): ReadonlySet<string> {
  return new Set(
    lockFiles.map((file) => {
      const lines = readFileSync(file, "utf8").split("\n");
      return `${(lines[6] ?? "").trim().replace(/\s+/, " ")} ${(lines[0] ?? "").trim()}`;
    }),
  );
}
