import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { StoredResource } from "../../region/protocol.ts";
import type { TestSite } from "./testing.ts";

/** A client that writes one row after the other, and connects again when it must: what an app under load does. */
export class Writer {
  /** Rows whose commit was answered. */
  readonly acknowledged: number[] = [];
  /** The longest time between two answers, in ms. */
  longestGap = 0;
  #lastAnswer = Date.now();
  #next: number;
  #stopped = false;
  readonly #done: Promise<void>;

  private constructor(site: TestSite, db: StoredResource, first: number) {
    this.#next = first;
    this.#done = this.#write(site, db);
  }

  /** Goes on after the rows that are there. */
  static async start(site: TestSite, db: StoredResource): Promise<Writer> {
    await site.query(db, "CREATE TABLE IF NOT EXISTS written (id int PRIMARY KEY)");
    const [row] = await site.query(db, "SELECT coalesce(max(id), 0) + 1 AS next FROM written");
    return new Writer(site, db, Number(row?.["next"]));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  /** Acknowledged rows that the database does not have. */
  async missing(site: TestSite, db: StoredResource): Promise<readonly number[]> {
    const rows = await site.query(db, "SELECT id FROM written");
    const there = new Set(rows.map(({ id }) => id));
    return this.acknowledged.filter((id) => !there.has(id));
  }

  async #write(site: TestSite, db: StoredResource): Promise<void> {
    let client: pg.Client | undefined;
    while (!this.#stopped) {
      try {
        client ??= await site.connect(db, { query_timeout: 2000, connectionTimeoutMillis: 1000 });
        const id = this.#next;
        // A row whose fate is unknown is not tried again.
        this.#next += 1;
        await client.query("INSERT INTO written VALUES ($1)", [id]);
        this.acknowledged.push(id);
        this.longestGap = Math.max(this.longestGap, Date.now() - this.#lastAnswer);
        this.#lastAnswer = Date.now();
      } catch {
        void client?.end().catch(() => undefined);
        client = undefined;
        await delay(20);
      }
    }
    await client?.end();
  }
}
