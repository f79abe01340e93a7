import { setTimeout as delay } from "node:timers/promises";

/** Waits until `condition` answers a value, asking every `everyMs`; rejects at the deadline with what it was waiting for. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined>,
  deadlineMs: number,
  everyMs = 250,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await condition();
      if (value !== undefined) return value;
    } catch (error) {
      // Not yet: the last error is shown when it stays so.
      last = error;
    }
    await delay(everyMs);
  }
  const why = last instanceof Error ? ` (last: ${last.message})` : "";
  throw new Error(`not within ${deadlineMs / 1000} s: ${what}${why}`, { cause: last });
}
