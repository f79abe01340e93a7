export interface CircuitOptions {
  /** Failures in a row after which it opens. */
  readonly failures: number;
  /** Milliseconds that it first stays open; doubled with each failed trial. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

/** Leave to try; who has it tells the circuit how it went. */
export interface Permit {
  /** Between two changes of the circuit: what was begun before a change says nothing after it. */
  readonly period: number;
}

/**
 * Keeps callers away from what fails: after some failures in a row nobody is let through for a while, then one caller at a
 * time tries, and its success lets everyone through again. What was begun before it opened is no trial: neither its
 * failure makes the pause longer, nor does its success end it.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #now: () => number;
  #failures = 0;
  #open = false;
  #openMs: number;
  /** When the next trial may begin; one that is under way and never ends does not block the others for ever. */
  #trialAt = 0;
  #period = 0;

  constructor(options: CircuitOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#openMs = options.openMs;
    this.#now = now;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Undefined: not now. While open, whoever is let through has the trial to themselves until they tell how it went. */
  admit(): Permit | undefined {
    if (!this.#open) return { period: this.#period };
    if (this.#now() < this.#trialAt) return undefined;
    this.#trialAt = this.#now() + this.#options.maxOpenMs;
    return this.#change();
  }

  succeeded({ period }: Permit): void {
    if (period !== this.#period) return;
    this.#failures = 0;
    if (!this.#open) return;
    this.#open = false;
    this.#openMs = this.#options.openMs;
    this.#change();
  }

  /** Whether this failure has opened it, or it is open, or stays closed. */
  failed({ period }: Permit): "opened" | "open" | "closed" {
    if (period !== this.#period) return this.#open ? "open" : "closed";
    if (this.#open) {
      this.#openMs = Math.min(this.#openMs * 2, this.#options.maxOpenMs);
      this.#pause();
      return "open";
    }
    this.#failures += 1;
    if (this.#failures < this.#options.failures) return "closed";
    this.#open = true;
    this.#pause();
    return "opened";
  }

  /** It was neither: a trial leaves the next one to whoever asks. */
  undecided({ period }: Permit): void {
    if (this.#open && period === this.#period) this.#trialAt = this.#now();
  }

  #pause(): void {
    this.#trialAt = this.#now() + this.#openMs;
    this.#change();
  }

  #change(): Permit {
    this.#period += 1;
    return { period: this.#period };
  }
}
