import type { Autonaming } from "./autonaming.ts";
import type { CallSecrets } from "./call-secrets.ts";
import type { EngineLog } from "./engine-log.ts";
import { formatPath, type PropertyPath } from "./property-path.ts";
import type { Call } from "./provider.ts";

interface ResourceRequest {
  getUrn(): string;
  getType(): string;
  getName(): string;
}

interface ContextOptions {
  readonly secrets: CallSecrets;
  /** Where the program's inputs are secret. */
  readonly marks?: readonly PropertyPath[];
  readonly timeout?: number;
  readonly randomSeed?: Uint8Array;
  readonly autonaming?: Autonaming | undefined;
}

/** The calls in flight, and what a provider gets with each. */
export class Calls {
  readonly #abort = new AbortController();
  readonly #log: EngineLog;
  #running = 0;
  #idle: (() => void)[] = [];

  constructor(log: EngineLog) {
    this.#log = log;
  }

  /** Progress is shown without the call's secrets. `timeout` in seconds; `randomSeed` is empty and `autonaming` absent for every call but Check: the engine sends them there alone. */
  context(
    request: ResourceRequest,
    { secrets, marks = [], timeout = 0, randomSeed = new Uint8Array(), autonaming }: ContextOptions,
  ): Call {
    const urn = request.getUrn();
    return {
      urn,
      type: request.getType(),
      name: request.getName(),
      signal: this.#abort.signal,
      progress: (message) =>
        this.#log.progress(urn, secrets.redact(message, [request.getType(), request.getName()])),
      secretPaths: marks.map(formatPath),
      timeout,
      randomSeed,
      autonaming,
    };
  }

  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) {
        this.#idle.splice(0).forEach((resolve) => resolve());
      }
    }
  }

  get cancelled(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Aborts what runs and what still comes: after a cancel the engine starts nothing that should be carried out. */
  cancel(): void {
    this.#abort.abort(new Error("cancelled by the engine"));
  }

  /** Resolves when no call is in flight, or after `deadline` milliseconds. */
  async settled(deadline: number): Promise<void> {
    if (this.#running === 0) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, deadline);
      this.#idle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
