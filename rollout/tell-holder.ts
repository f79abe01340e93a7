import type { Current } from "./record.ts";
import { Conflict, type RecordStore } from "./record-store.ts";

/**
 * Writes a wish into the rollout that is under way, where its driver or the guard reads it. Answers the rollout as it was before; undefined:
 * none is under way.
 */
export async function tellHolder(
  records: RecordStore,
  wish: Partial<Pick<Current, "wanted" | "why" | "mayPass">>,
): Promise<Current | undefined> {
  for (;;) {
    const seen = await records.read();
    const { current } = seen.record;
    if (current === null) return undefined;
    try {
      await records.write({ ...seen.record, current: { ...current, ...wish } }, seen);
      return current;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}
