import pg from "pg";
import type { Logger } from "../logging.ts";
import { BusyError } from "./busy-error.ts";
import { ConnectionError } from "./connection-error.ts";
import { isAnswer, isBusy, isConnectionsFault, isUnanswered } from "./failure.ts";
import type { Credentials, DatabaseSettings, Endpoint } from "./settings.ts";

/** Milliseconds for a connection, queueing for one included. */
const CONNECT_MS = 2_000;
/**
 * Milliseconds a statement may take, for a server that has gone silent. Both are above the role's own statement_timeout
 * (migration/roles.ts): what the server refuses itself has certainly not happened, and shows that it is there.
 */
const WRITE_MS = 7_000;
const READ_MS = 2_500;

/** Runs one statement with its parameters and answers the rows. */
export type Query = <Row extends object>(
  statement: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** A connection that is in use, with the statements that can be sent on it. */
export interface Lease {
  /** The same object for as long as the connection lives. */
  readonly connection: object;
  readonly query: Query;
}

/** Connections to one server as one role. */
export class Pool {
  readonly name: string;
  readonly #mayWrite: boolean;
  readonly #pool: pg.Pool;
  /** When the server has last answered anything, by `performance.now()`. */
  #answeredAt = -Infinity;

  constructor(
    name: string,
    settings: DatabaseSettings,
    { host, port }: Endpoint,
    role: Credentials,
    logger: Logger,
  ) {
    this.name = name;
    this.#mayWrite = role === settings.readWrite;
    this.#pool = new pg.Pool({
      host,
      port,
      database: settings.name,
      user: role.user,
      password: role.password,
      ssl: settings.tls,
      max: settings.poolSize,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: this.#mayWrite ? WRITE_MS : READ_MS,
      idleTimeoutMillis: 30_000,
      // After a failover connections follow the name to its new address within minutes, also where none broke.
      maxLifetimeSeconds: 600,
      keepAlive: true,
      application_name: "twinstack",
    });
    // An idle connection that breaks is taken out by the pool itself; without a listener it would end the process.
    this.#pool.on("error", (error) => logger.warn("idle database connection lost", { pool: name, error }));
  }

  /** How many connections are open, how many of them unused, and how many callers wait for one. */
  get counts(): { readonly open: number; readonly idle: number; readonly waiting: number } {
    return { open: this.#pool.totalCount, idle: this.#pool.idleCount, waiting: this.#pool.waitingCount };
  }

  /**
   * Lends a connection for as long as `use` takes; one that failed is not used again.
   *
   * @throws ConnectionError when there is none, or when it was lost; BusyError when none became free in time, or when the
   *   server could not do it in time; what `use` throws; pg's DatabaseError.
   */
  async lend<Result>(use: (lease: Lease) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw isBusy(error) ? new BusyError(this.name, error) : new ConnectionError(this.name, error);
    });
    const connection: { lost?: ConnectionError | BusyError } = {};
    // Between two statements nobody else would hear of the loss.
    const lose = (error: unknown) => (connection.lost ??= new ConnectionError(this.name, error));
    // The statement goes on in the server: nobody else may get this connection.
    const giveUp = (error: unknown) => (connection.lost ??= new BusyError(this.name, error));
    client.on("error", lose);
    // No statement is given a name: a pooler in transaction mode would look for it on another connection.
    const query = async <Row extends object>(statement: string, values: readonly unknown[] = []) => {
      if (connection.lost !== undefined) throw connection.lost;
      const sentAt = performance.now();
      try {
        const { rows } = await client.query<Row & pg.QueryResultRow>(statement, [...values]);
        this.#answeredAt = performance.now();
        return rows;
      } catch (error) {
        if (isAnswer(error)) this.#answeredAt = performance.now();
        // A server that answers others meanwhile is there.
        if (isUnanswered(error) && this.#answeredAt > sentAt) throw giveUp(error);
        if (isBusy(error)) throw new BusyError(this.name, error);
        throw isConnectionsFault(error, this.#mayWrite) ? lose(error) : error;
      }
    };
    try {
      return await use({ connection: client, query });
    } finally {
      client.removeListener("error", lose);
      client.release(connection.lost);
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
