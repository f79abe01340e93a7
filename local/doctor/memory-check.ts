import { readFileSync } from "node:fs";
import { memoryInUse } from "../parts/host/memory.ts";
import { scope } from "../parts/host/scope.ts";
import { blocks, ok, type Check } from "./check.ts";
import { inWords } from "./space.ts";

const gibibyte = 1024 ** 3;

/** A machine of 4 GiB shows its programs somewhat less: the kernel keeps some. */
export const memoryNeeded = 3.5 * gibibyte;
/** The stack's steady memory is below 2 GiB (docs/benchmarks.md), and `make up` takes some beside it. */
export const memoryTaken = 2.5 * gibibyte;

/** Memory in bytes. */
export interface Memory {
  readonly total: number;
  /** Free for programs, swap included. */
  readonly available: number;
  /** What a running stack of ours holds: it is not in its own way. */
  readonly ours: number;
}

export function checkMemory({ total, available, ours }: Memory): Check {
  if (total < memoryNeeded) return blocks("memory", inWords(total), "use a machine with at least 4 GiB");
  const running = ours > 0 ? `, ${inWords(ours)} held by the stack that is up` : "";
  const found = `${inWords(total)}, ${inWords(available)} available${running}`;
  return available + ours >= memoryTaken
    ? ok("memory", found)
    : blocks(
        "memory",
        `${found}; the stack takes up to ${inWords(memoryTaken)}`,
        'end what takes the memory ("ps -e --sort=-rss -o rss,comm"), or add swap',
      );
}

/** Kibibytes of a field of /proc/meminfo, as bytes. */
function field(meminfo: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(meminfo)?.[1] ?? 0) * 1024;
}

/** The machine's memory, or that of the cgroup that this process may use at most. `ours` counts only where it decides. */
export function memoryOf(meminfo: string, limit: number, belowLimit: number, ours: () => number): Memory {
  const whole = field(meminfo, "MemTotal");
  const free = field(meminfo, "MemAvailable") + field(meminfo, "SwapFree");
  const limited = limit > 0 && limit < whole;
  const total = limited ? limit : whole;
  const available = limited ? Math.min(belowLimit, free) : free;
  return { total, available, ours: available < memoryTaken ? ours() : 0 };
}

export function memoryCheck(): Check {
  const meminfo = readFileSync("/proc/meminfo", "utf8");
  const memory = memoryOf(meminfo, process.constrainedMemory(), process.availableMemory(), () =>
    memoryInUse(scope().mark, []),
  );
  return checkMemory(memory);
}
