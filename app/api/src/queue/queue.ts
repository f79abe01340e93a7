import { Queue } from "bullmq";
import type { JobsOptions } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "../logging.ts";
import { withinTime } from "../within-time.ts";
import type { JobData } from "./messages.ts";

export const QUEUE_NAME = "outbox";
/** One hash tag for all keys: BullMQ's scripts touch several at once, which a clustered Redis allows in one slot only. */
export const QUEUE_PREFIX = "{bull}";

const SEND_MS = 5_000;

const JOB: JobsOptions = {
  attempts: 5,
  backoff: { type: "exponential", delay: 500, jitter: 0.5 },
  // What is over leaves no trace: a trace would keep the same row from being sent again. The outbox is the record.
  removeOnComplete: true,
  removeOnFail: true,
};

/** The way into the queue; a row that is waiting there already is not put in twice. */
export class JobQueue {
  readonly #queue: Queue<JobData>;

  constructor(redis: Redis, logger: Logger) {
    this.#queue = new Queue(QUEUE_NAME, { connection: redis, prefix: QUEUE_PREFIX });
    this.#queue.on("error", (error) => logger.debug("queue connection", { error }));
  }

  /** Rejects when the queue has not taken them all in time; it may have all the same. */
  async send(rows: readonly JobData[]): Promise<void> {
    const jobs = rows.map((data) => ({
      name: data.kind,
      data,
      opts: { ...JOB, jobId: `outbox-${data.outboxId}` },
    }));
    // BullMQ itself waits for a connection for as long as it takes.
    await withinTime(SEND_MS, "queue", this.#queue.addBulk(jobs));
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
