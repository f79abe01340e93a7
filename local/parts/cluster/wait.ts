import { setTimeout as delay } from "node:timers/promises";

const INTERVAL_MS = 100;

/** Tries until `attempt` does not throw; after `deadlineMs` throws its last error. */
export async function poll(what: string, deadlineMs: number, attempt: () => Promise<void>): Promise<void> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw new Error(`${what} was not ready within ${deadlineMs / 1000} s: ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
    await delay(INTERVAL_MS);
  }
}
