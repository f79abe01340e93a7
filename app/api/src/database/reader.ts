import { Circuit } from "../circuit.ts";
import { BusyError } from "./busy-error.ts";
import { ConnectionError } from "./connection-error.ts";
import { isTransient } from "./failure.ts";
import { lsnText } from "./lsn.ts";
import type { Lsn } from "./lsn.ts";
import type { Pool, Query } from "./pool.ts";

/** Where a server's reads are: replayed by a replica; a server that was promoted meanwhile writes itself. */
const POSITION = `SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text
  AS position`;

export type ReadOutcome<Result> =
  | { readonly state: "read"; readonly value: Result }
  /** The replica has not replayed far enough. */
  | { readonly state: "behind" }
  /** It is there and has too much to do. */
  | { readonly state: "busy"; readonly error: unknown }
  | { readonly state: "failed"; readonly error: unknown }
  /** It has failed, and its time to be tried again has not come. */
  | { readonly state: "resting" };

/** One replica. While it does not answer it is left alone, and tried again from time to time. */
export class Reader {
  readonly pool: Pool;
  readonly #circuit = new Circuit({ failures: 1, openMs: 500, maxOpenMs: 10_000 });
  /** By connection, because a name may lead to another server tomorrow; a connection never does. */
  readonly #positions = new WeakMap<object, Lsn>();

  constructor(pool: Pool) {
    this.pool = pool;
  }

  get name(): string {
    return this.pool.name;
  }

  /** @throws what the statements throw for their own sake; a replica that fails is an outcome. */
  async read<Result>(
    use: (query: Query) => Promise<Result>,
    seen: Lsn | undefined,
  ): Promise<ReadOutcome<Result>> {
    const permit = this.#circuit.admit();
    if (permit === undefined) return { state: "resting" };
    try {
      const outcome = await this.pool.lend<ReadOutcome<Result>>(async ({ connection, query }) => {
        if (seen !== undefined && !(await this.#hasReplayed(connection, query, seen)))
          return { state: "behind" };
        return { state: "read", value: await use(query) };
      });
      this.#circuit.succeeded(permit);
      return outcome;
    } catch (error) {
      if (error instanceof ConnectionError) {
        this.#circuit.failed(permit);
        return { state: "failed", error };
      }
      if (error instanceof BusyError) {
        this.#circuit.undecided(permit);
        return { state: "busy", error };
      }
      // It has answered, if only to refuse.
      this.#circuit.succeeded(permit);
      if (isTransient(error)) return { state: "failed", error };
      throw error;
    }
  }

  async #hasReplayed(connection: object, query: Query, seen: Lsn): Promise<boolean> {
    if ((this.#positions.get(connection) ?? -1n) >= seen) return true;
    const [row] = await query<{ position: string | null }>(POSITION);
    if (row === undefined || row.position === null) return false;
    const position = lsnText.parse(row.position);
    this.#positions.set(connection, position);
    return position >= seen;
  }
}
