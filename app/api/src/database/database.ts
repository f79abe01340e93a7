import { setTimeout as delay } from "node:timers/promises";
import { ServiceUnavailableError } from "../errors/service-unavailable-error.ts";
import type { Logger } from "../logging.ts";
import { BusyError } from "./busy-error.ts";
import { ConnectionError } from "./connection-error.ts";
import { isTransient } from "./failure.ts";
import { lsnText } from "./lsn.ts";
import type { Lsn } from "./lsn.ts";
import { Pool } from "./pool.ts";
import type { Lease, Query } from "./pool.ts";
import { Reader } from "./reader.ts";
import type { DatabaseSettings } from "./settings.ts";

const WRITE_ATTEMPTS = 3;
/** Milliseconds after which a write is not tried again: who waits for it has waited long enough. */
const WRITE_PATIENCE_MS = 5_000;
const UNAVAILABLE = "The database does not answer just now. Try again in a moment.";
const BUSY = "The database has too much to do just now. Try again in a moment.";
/** Seconds after which a busy database may be asked again: longer than for one that is gone, whose failover is quick. */
const BUSY_RETRY_SECONDS = 2;

export interface Written<Result> {
  readonly value: Result;
  /** Who reads with this as `seen` reads this write. */
  readonly lsn: Lsn;
}

/** Where a read was served, for the metrics; `reader-busy`: nowhere, because a replica had too much to do. */
export type ReadRoute = "reader" | "reader-busy" | "writer-behind" | "writer-no-reader";

/**
 * The primary, through its pooler, for writes; its replicas for reads.
 *
 * Reads go to any replica that answers and, when the caller has written, has replayed that write; else to the writer. What a
 * replica is too busy for is refused: the load of a slow replica would take the writer down as well.
 */
export class Database {
  readonly writer: Pool;
  readonly readers: readonly Reader[];
  readonly #logger: Logger;
  #turn = 0;
  /** Called with each read's route. */
  onRead: (route: ReadRoute) => void = () => undefined;

  constructor(settings: DatabaseSettings, logger: Logger) {
    this.#logger = logger;
    this.writer = new Pool("writer", settings, settings.writer, settings.readWrite, logger);
    this.readers = settings.readers.map(
      (endpoint, index) =>
        new Reader(new Pool(`reader-${index + 1}`, settings, endpoint, settings.readOnly, logger)),
    );
  }

  /**
   * Reads; each statement sees what was committed when it began.
   *
   * @param seen the caller's own last write, which must be visible.
   * @throws ServiceUnavailableError when neither a replica nor the writer answers, or the one that was asked is too busy.
   */
  async read<Result>(use: (query: Query) => Promise<Result>, seen?: Lsn): Promise<Result> {
    let route: ReadRoute = "writer-no-reader";
    for (const reader of this.#nextReaders()) {
      const outcome = await reader.read(use, seen);
      if (outcome.state === "resting") continue;
      if (outcome.state === "read") {
        this.onRead("reader");
        return outcome.value;
      }
      if (outcome.state === "busy") {
        this.onRead("reader-busy");
        throw new ServiceUnavailableError(BUSY, outcome.error, BUSY_RETRY_SECONDS);
      }
      if (outcome.state === "behind") route = "writer-behind";
      else this.#logger.warn("read failed on a replica", { pool: reader.name, error: outcome.error });
    }
    this.onRead(route);
    return this.#onWriter(({ query }) => use(query));
  }

  /**
   * Writes in one transaction. What certainly did not happen is tried again, at most three times in all,
   * and not after five seconds.
   *
   * @param idempotent whether doing it twice is as good as once: only then a commit whose answer was lost is repeated.
   * @throws ServiceUnavailableError when the primary does not answer or is too busy, or its answer to the commit was lost.
   */
  async write<Result>(
    use: (query: Query) => Promise<Result>,
    { idempotent = false }: { readonly idempotent?: boolean } = {},
  ): Promise<Written<Result>> {
    const begun = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      const progress = { committing: false };
      try {
        return await this.writer.lend((lease) => transaction(lease, use, progress));
      } catch (error) {
        if (error instanceof BusyError) throw new ServiceUnavailableError(BUSY, error, BUSY_RETRY_SECONDS);
        const lost = error instanceof ConnectionError;
        if (!lost && !isTransient(error)) throw error;
        const mayRepeat = !lost || !progress.committing || idempotent;
        const over = attempt === WRITE_ATTEMPTS || performance.now() - begun > WRITE_PATIENCE_MS;
        if (!mayRepeat || over) throw new ServiceUnavailableError(UNAVAILABLE, error);
        this.#logger.warn("write is tried again", { attempt, error });
        // Half fixed, half by chance, so that not all callers come back at once.
        await delay(100 * attempt * (0.5 + Math.random()));
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.writer, ...this.readers.map(({ pool }) => pool)].map((pool) => pool.close()));
  }

  /** Each time another replica first, and those last for which callers are waiting. */
  #nextReaders(): readonly Reader[] {
    this.#turn = (this.#turn + 1) % Math.max(this.readers.length, 1);
    const inTurn = [...this.readers.slice(this.#turn), ...this.readers.slice(0, this.#turn)];
    return inTurn.sort((one, other) => one.pool.counts.waiting - other.pool.counts.waiting);
  }

  async #onWriter<Result>(use: (lease: Lease) => Promise<Result>): Promise<Result> {
    try {
      return await this.writer.lend(use);
    } catch (error) {
      if (error instanceof BusyError) throw new ServiceUnavailableError(BUSY, error, BUSY_RETRY_SECONDS);
      // A lock that others held for too long, a read that replay has cancelled: the same again may succeed.
      if (error instanceof ConnectionError || isTransient(error))
        throw new ServiceUnavailableError(UNAVAILABLE, error);
      throw error;
    }
  }
}

async function transaction<Result>(
  { query }: Lease,
  use: (query: Query) => Promise<Result>,
  progress: { committing: boolean },
): Promise<Written<Result>> {
  await query("BEGIN");
  let value: Result;
  try {
    value = await use(query);
  } catch (error) {
    // A lost connection has rolled back already.
    if (!(error instanceof ConnectionError)) await query("ROLLBACK");
    throw error;
  }
  progress.committing = true;
  await query("COMMIT");
  // After the commit, so that its own record lies before; another transaction's position is only later.
  const [row] = await query<{ lsn: string }>("SELECT pg_current_wal_lsn()::text AS lsn");
  return { value, lsn: lsnText.parse(row?.lsn) };
}
