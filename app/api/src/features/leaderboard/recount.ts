import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "../../database/database.ts";
import type { Logger } from "../../logging.ts";
import { recalculateMiscounted } from "./counting.ts";

/** Milliseconds between two looks; a look finds nothing in an index that is nearly always empty. */
const PAUSE_MS = 5_000;

/** Looks from time to time for what another rule has counted, and counts it again. Any number may run at once. */
export class Recount {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves when the participants under way are through. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let found = 0;
      try {
        found = (await this.#database.write(recalculateMiscounted, { idempotent: true })).value;
        if (found > 0) this.#logger.info("participants were counted again", { participants: found });
        this.#failing = false;
      } catch (error) {
        // Once, not with every look.
        if (!this.#failing) this.#logger.warn("the leaderboard cannot be counted again just now", { error });
        this.#failing = true;
      }
      if (found === 0) await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
