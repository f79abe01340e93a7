import { setTimeout as delay } from "node:timers/promises";

/** What one look came to: milliseconds until the next one. */
export type Pause = number;

export interface LoopOptions {
  /** One look. */
  readonly look: () => Promise<Pause>;
  /** Milliseconds until the next look after one that failed. */
  readonly failedPauseMs: Pause;
  /** Told once, not with every look that fails. */
  readonly failing: (error: unknown) => void;
  /** Told when a look succeeds after one that failed. */
  readonly recovered?: () => void;
}

/** Work in the background that looks again and again, whatever becomes of one look. */
export class BackgroundLoop {
  readonly #options: LoopOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves when the look under way is over. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const pause = await this.#look();
      if (pause > 0) await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<Pause> {
    const { look, failedPauseMs, failing, recovered } = this.#options;
    try {
      const pause = await look();
      if (this.#isFailing) recovered?.();
      this.#isFailing = false;
      return pause;
    } catch (error) {
      if (!this.#isFailing) failing(error);
      this.#isFailing = true;
      return failedPauseMs;
    }
  }
}
