export interface CircuitOptions {
  /** Failures in a row after which it opens. */
  readonly failures: number;
  /** How long it first stays open; doubled with each failed trial. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

/**
 * Keeps callers away from what fails: after some failures in a row nobody is let through for a while, then one caller
 * tries, and its success lets everyone through again.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #now: () => number;
  #failures = 0;
  #openMs: number;
  #closedAgainAt = 0;

  constructor(options: CircuitOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#openMs = options.openMs;
    this.#now = now;
  }

  get open(): boolean {
    return this.#failures >= this.#options.failures;
  }

  /** Whether the caller may try. While open, asking takes the turn: others wait until it has told how it went. */
  allows(): boolean {
    if (!this.open) return true;
    if (this.#now() < this.#closedAgainAt) return false;
    this.#closedAgainAt = this.#now() + this.#openMs;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openMs = this.#options.openMs;
  }

  /** Whether this failure has opened it, or it was open, or stays closed. */
  failed(): "opened" | "open" | "closed" {
    const wasOpen = this.open;
    if (wasOpen) this.#openMs = Math.min(this.#openMs * 2, this.#options.maxOpenMs);
    this.#failures += 1;
    if (!this.open) return "closed";
    this.#closedAgainAt = this.#now() + this.#openMs;
    return wasOpen ? "open" : "opened";
  }
}
