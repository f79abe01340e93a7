import { setTimeout as delay } from "node:timers/promises";
import { isRefusal } from "./admin.ts";

/** A node under heavy load answers late. Longer than that it hangs, and the supervision has to see to it. */
const PATIENCE_MS = 7000;
const PAUSE_MS = 50;

/**
 * For a command that a resource's change waits for and that may be sent twice: repeated while the node is busy or does not
 * answer. Rejects at once with what the node refuses, and with the last failure after seven seconds.
 */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (isRefusal(error as Error) || Date.now() > end) throw error;
    }
    await delay(PAUSE_MS);
  }
}
