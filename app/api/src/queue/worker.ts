import { Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "../logging.ts";
import { withinTime } from "../within-time.ts";
import type { Outcome } from "./handler.ts";
import { QUEUE_NAME, QUEUE_PREFIX } from "./queue.ts";

/** How many jobs at once; each takes one database connection. */
const CONCURRENCY = 4;

export type JobResult = Outcome | "failed";

/** Takes jobs out of the queue and has them done; a job that fails comes back, later each time. */
export class JobWorker {
  readonly #worker: Worker;
  readonly #redis: Redis;
  readonly #logger: Logger;
  #active = 0;

  constructor(
    redis: Redis,
    handle: (data: unknown) => Promise<Outcome>,
    onResult: (result: JobResult, seconds: number) => void,
    logger: Logger,
  ) {
    this.#redis = redis;
    this.#logger = logger;
    this.#worker = new Worker(
      QUEUE_NAME,
      async (job) => {
        const begun = performance.now();
        let result: JobResult = "failed";
        this.#active += 1;
        try {
          result = await handle(job.data);
        } catch (error) {
          logger.warn("job failed", { job: job.id, kind: job.name, attempt: job.attemptsMade + 1, error });
          throw error;
        } finally {
          this.#active -= 1;
          onResult(result, (performance.now() - begun) / 1000);
        }
      },
      // A worker that dies holds its jobs for at most this long.
      {
        connection: redis,
        prefix: QUEUE_PREFIX,
        concurrency: CONCURRENCY,
        lockDuration: 10_000,
        stalledInterval: 10_000,
      },
    );
    this.#worker.on("error", (error) => logger.debug("queue connection", { error }));
  }

  /**
   * Takes no more jobs and waits for those under way; what takes longer comes to another worker.
   *
   * @returns whether all were through in time.
   */
  async stop(seconds: number): Promise<boolean> {
    // BullMQ waits for a connection even to close; without one there is nothing to tell anybody.
    const force = this.#redis.status !== "ready" && this.#active === 0;
    const closed = this.#worker.close(force);
    if (force) {
      closed.catch((error: unknown) => this.#logger.debug("queue connection", { error }));
      return true;
    }
    await withinTime(seconds * 1000, "jobs under way", closed).catch((error: unknown) => {
      this.#logger.warn("the queue's worker was cut off", { jobsUnderWay: this.#active, error });
    });
    return this.#active === 0;
  }
}
