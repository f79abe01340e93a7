/** Runs a job now and then, never twice at once: soon while it says that something is under way, else rarely. */
export class Scheduler {
  readonly #job: () => Promise<boolean>;
  readonly #failed: (error: unknown) => void;
  #queue: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #due = Infinity;
  #closed = false;

  constructor(job: () => Promise<boolean>, failed: (error: unknown) => void) {
    this.#job = job;
    this.#failed = failed;
  }

  /** `work` alone, after what is running; the job follows by itself. */
  async run(work: () => Promise<boolean>): Promise<void> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    try {
      this.#plan((await turn) ? SOON_MS : IDLE_MS);
    } catch (error) {
      this.#plan(IDLE_MS);
      throw error;
    }
  }

  /** The job runs within `ms`; what is due earlier stays. */
  soon(ms: number): void {
    if (Date.now() + ms < this.#due) this.#plan(ms);
  }

  /** Nothing more starts; resolves when what runs has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#queue;
  }

  #plan(ms: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#due = Date.now() + ms;
    this.#timer = setTimeout(() => void this.run(this.#job).catch(this.#failed), ms).unref();
  }
}

const SOON_MS = 200;
const IDLE_MS = 1000;
