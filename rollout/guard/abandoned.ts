import { EXPIRES_AFTER_MS, type Current } from "../record.ts";

/** Tells a driver that is gone from one that works, by this process' own clock. */
export class Abandoned {
  #seen: Pick<Current, "id" | "beat"> | undefined;
  #since = 0;

  /** Whether the beat of this driver has stood still for {@link EXPIRES_AFTER_MS} before this process' eyes. */
  is({ id, beat }: Current, now = performance.now()): boolean {
    if (this.#seen?.id !== id || this.#seen.beat !== beat) {
      this.#seen = { id, beat };
      this.#since = now;
    }
    return now - this.#since >= EXPIRES_AFTER_MS;
  }

  /** Forgets what was seen: this process did not look for a while. */
  forget(): void {
    this.#seen = undefined;
  }
}
