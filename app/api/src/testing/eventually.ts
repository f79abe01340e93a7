import { setTimeout as delay } from "node:timers/promises";

const DEADLINE_MS = 30_000;

/** Asks until the answer is not undefined; rejects after thirty seconds, unless told otherwise. */
export async function eventually<Value>(
  what: string,
  ask: () => Promise<Value | undefined> | Value | undefined,
  deadlineMs = DEADLINE_MS,
) {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await delay(10);
  }
}
