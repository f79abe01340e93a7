/** How long something is waited for. What goes on is not late, however long it takes: only time without a change counts. */
export class Patience {
  readonly #limitMs: number;
  readonly #now: () => number;
  #since: number | undefined;
  #work = "";

  /** `limitMs`: time without a change after which it is spent. `now`: a clock in ms. */
  constructor(limitMs: number, now: () => number = Date.now) {
    this.#limitMs = limitMs;
    this.#now = now;
  }

  /** It is still waited for. `work`: what is being done by now; another one than before is a change. */
  wait(work: string): void {
    if (this.#since === undefined || work !== this.#work) this.#since = this.#now();
    this.#work = work;
  }

  /** It is waited for no more, or has only now begun. */
  reset(): void {
    this.#since = undefined;
  }

  /** Whether it was waited for longer than the limit without a change. */
  get spent(): boolean {
    return this.#since !== undefined && this.#now() - this.#since > this.#limitMs;
  }
}
