import { BackgroundLoop } from "../background-loop.ts";
import type { Database } from "../database/database.ts";
import type { Logger } from "../logging.ts";
import type { JobData } from "./messages.ts";
import { claimDue, giveBack, prune } from "./outbox.ts";
import type { JobQueue } from "./queue.ts";

const BATCH = 100;
/** Pause when nothing was due. */
const IDLE_MS = 250;
/** Pause after database or queue have failed. */
const FAILED_MS = 1_000;
const PRUNE_EVERY_MS = 10 * 60 * 1000;

/**
 * Moves what is due from the outbox into the queue. Any number may run at once. Nothing is taken for done until its
 * effect is in the database, so a queue that loses everything only costs time: what was lost is due again.
 */
export class Relay {
  readonly #database: Database;
  readonly #queue: Pick<JobQueue, "send">;
  readonly #logger: Logger;
  readonly #loop: BackgroundLoop;
  #pruneAt = 0;
  /** Called with how many rows were sent. */
  onSent: (count: number) => void = () => undefined;

  constructor(database: Database, queue: Pick<JobQueue, "send">, logger: Logger) {
    this.#database = database;
    this.#queue = queue;
    this.#logger = logger;
    this.#loop = new BackgroundLoop({
      look: () => this.#look(),
      failedPauseMs: FAILED_MS,
      failing: (error) => logger.warn("the outbox cannot be sent; it is kept and tried again", { error }),
      recovered: () => logger.info("the outbox is being sent again"),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Resolves when the batch under way is through. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #look(): Promise<number> {
    const pause = (await this.#moveBatch()) === BATCH ? 0 : IDLE_MS;
    if (performance.now() > this.#pruneAt) {
      await this.#database.write(prune);
      this.#pruneAt = performance.now() + PRUNE_EVERY_MS;
    }
    return pause;
  }

  async #moveBatch(): Promise<number> {
    const { value: rows } = await this.#database.write((query) => claimDue(query, BATCH));
    if (rows.length === 0) return 0;
    try {
      await this.#queue.send(rows);
    } catch (error) {
      await this.#giveBack(rows);
      throw error;
    }
    this.onSent(rows.length);
    return rows.length;
  }

  /** Due again at once instead of after their pause, which also does when this fails. */
  async #giveBack(rows: readonly JobData[]): Promise<void> {
    const ids = rows.map(({ outboxId }) => outboxId);
    await this.#database
      .write((query) => giveBack(query, ids))
      .catch((error: unknown) => {
        this.#logger.warn("outbox rows wait for their next time", { rows: ids.length, error });
      });
  }
}
