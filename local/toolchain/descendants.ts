import { readFileSync, readdirSync } from "node:fs";

/** Pids of everything that a process started, and what that started; not of what outlived its own parent. */
export function descendantsOf(pid: number): readonly number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
  const found: number[] = [];
  const wanted = [pid];
  for (let parent = wanted.pop(); parent !== undefined; parent = wanted.pop()) {
    const children = parents.filter(([, of]) => of === parent).map(([child]) => child);
    found.push(...children);
    wanted.push(...children);
  }
  return found;
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold blanks and brackets itself.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    // Ended meanwhile.
    return undefined;
  }
}
