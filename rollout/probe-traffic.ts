import { setTimeout as delay } from "node:timers/promises";

/** What came of the requests since the last {@link ProbeTraffic.reset}. */
export interface Counts {
  readonly sent: number;
  readonly failed: number;
  readonly firstFailure: string | undefined;
}

const PER_SECOND = 10;
const TIMEOUT_MS = 10_000;

/**
 * Requests of the driver's own to the page, ten a second: what a user would see. One fails by a transport error, by more than
 * 10 s, or by any status but 200. They are the only requests of which the driver knows how they ended.
 */
export class ProbeTraffic {
  readonly #address: string;
  readonly #stop = new AbortController();
  #counts: Counts = { sent: 0, failed: 0, firstFailure: undefined };
  #running: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.#address = new URL("/api/version", url).href;
  }

  start(): void {
    this.#running = this.#send();
  }

  /** Counts from here on. */
  reset(): void {
    this.#counts = { sent: 0, failed: 0, firstFailure: undefined };
  }

  get counts(): Counts {
    return this.#counts;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** At a fixed rate, whether or not the answers come: a slow answer holds no other up. */
  async #send(): Promise<void> {
    const open = new Set<Promise<void>>();
    while (!this.#stop.signal.aborted) {
      const request = this.#one().finally(() => open.delete(request));
      open.add(request);
      await delay(1000 / PER_SECOND);
    }
    await Promise.all(open);
  }

  async #one(): Promise<void> {
    const failure = await this.#failureOfOne();
    const { sent, failed, firstFailure } = this.#counts;
    this.#counts = {
      sent: sent + 1,
      failed: failed + (failure === undefined ? 0 : 1),
      firstFailure: firstFailure ?? failure,
    };
  }

  async #failureOfOne(): Promise<string | undefined> {
    try {
      const response = await fetch(this.#address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      await response.arrayBuffer();
      return response.status === 200 ? undefined : `HTTP ${response.status}`;
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error };
      return cause === undefined ? message : `${message}: ${cause.message}`;
    }
  }
}
