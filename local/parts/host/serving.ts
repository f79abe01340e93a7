import { until } from "./until.ts";
import type { Processes } from "../machine.ts";

/** It ended so often while it was waited for: it will not come up by itself. */
const CRASHES = 3;

/**
 * Resolves when a process that was just started serves, as `done` says. Throws its last words at once when it ends again
 * and again, and what `done` throws; DeadlineError after `deadlineMs`.
 */
export async function serving(
  processes: Pick<Processes, "list" | "lastWords">,
  name: string,
  deadlineMs: number,
  done: () => Promise<boolean>,
): Promise<void> {
  const restarts = (): number => processes.list().find((process) => process.name === name)?.restarts ?? 0;
  const before = restarts();
  await until(`${name} to serve`, deadlineMs, async () => {
    if (await done()) return true;
    if (restarts() - before >= CRASHES)
      throw new Error(`${name} ends again and again: ${processes.lastWords(name) || "it says nothing"}`);
    return false;
  });
}
