import type { Ended } from "./held-record.ts";
import { EXPIRES_AFTER_MS } from "./record.ts";
import { tellDriver } from "./tell-driver.ts";
import type { World } from "./world.ts";

/** How long a driver may take from the wish to the end: it finishes the call it is in first. */
const ENDS_WITHIN_MS = 600_000;

/**
 * Asks the driver of the rollout that is under way to take it back, and waits until it did. Undefined: no rollout is under way.
 * `abandoned`: there is one, and its driver does not live any more.
 */
export async function askForRollback(
  world: Pick<World, "records" | "pause">,
  expiresAfterMs = EXPIRES_AFTER_MS,
): Promise<Ended | "abandoned" | undefined> {
  const { records } = world;
  const asked = await tellDriver(records, { wanted: "rolledBack" });
  if (asked === undefined) return undefined;
  const end = performance.now() + ENDS_WITHIN_MS;
  let { beat } = asked;
  let beatAt = performance.now();
  while (performance.now() < end) {
    const { record } = await records.read();
    if (record.current?.id !== asked.id) {
      return record.history.find(({ id }) => id === asked.id);
    }
    if (record.current.beat !== beat) {
      beat = record.current.beat;
      beatAt = performance.now();
    }
    if (performance.now() - beatAt > expiresAfterMs) return "abandoned";
    await world.pause(500);
  }
  throw new Error(`the rollout was asked to be taken back and did not end within ${ENDS_WITHIN_MS / 1000} s`);
}
