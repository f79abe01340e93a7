import { setTimeout as delay } from "node:timers/promises";

/** The changes of resources that are under way. */
export class Changes {
  readonly #running = new Set<Promise<unknown>>();

  /** Answers what `work` answers. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  /** Resolves when none is under way any more, or after `deadlineMs`. */
  async settled(deadlineMs: number): Promise<void> {
    const patience = new AbortController();
    const tooLong = delay(deadlineMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#running), tooLong]);
    patience.abort();
  }
}
