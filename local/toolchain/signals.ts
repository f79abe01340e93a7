import { setImmediate as nextTurn } from "node:timers/promises";

const ending = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `work` while the signals that would end this process are held back: the first that came is delivered when `work` has
 * come to its end, well or not. A Ctrl-C still reaches the commands that `work` runs: the terminal sends it to all.
 */
export async function holdingSignals<T>(work: () => Promise<T>): Promise<T> {
  let held: NodeJS.Signals | undefined;
  const hold = (signal: NodeJS.Signals): void => void (held ??= signal);
  for (const signal of ending) process.on(signal, hold);
  try {
    return await work();
  } finally {
    // A signal that came in the same turn as the end of the work is seen by then.
    await nextTurn();
    for (const signal of ending) process.off(signal, hold);
    if (held !== undefined) process.kill(process.pid, held);
  }
}
