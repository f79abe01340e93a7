import { escapeIdentifier } from "pg";
import type { Session } from "../parts/postgres/admin.ts";

/** One table's contents: how many rows, and a number that another set of rows would not have. */
export interface TableContents {
  /** `schema.table`. */
  readonly table: string;
  readonly rows: number;
  readonly digest: string;
}

/** Names of the database's own tables, `"schema"."table"`, sorted: whoever locks them all does so in one order. */
export async function tableNames(session: Session): Promise<readonly string[]> {
  const rows = await session.query(
    `SELECT schemaname, tablename FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
  );
  return rows.map(
    ({ schemaname, tablename }) =>
      `${escapeIdentifier(String(schemaname))}.${escapeIdentifier(String(tablename))}`,
  );
}

/** Every table as this session sees it. Order does not matter to the digest: it is a sum over the rows. */
export async function contents(session: Session): Promise<readonly TableContents[]> {
  const found: TableContents[] = [];
  for (const name of await tableNames(session)) {
    const [row] = await session.query(
      `SELECT count(*)::float8 AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS digest FROM ${name} AS t`,
    );
    found.push({
      table: name.replaceAll('"', ""),
      rows: Number(row?.["rows"]),
      digest: String(row?.["digest"]),
    });
  }
  return found;
}

export interface Moment {
  /** Milliseconds since 1970: everything counted was committed before it, everything else after it. */
  readonly time: number;
  readonly tables: readonly TableContents[];
}

/**
 * The contents at one moment of the database's clock. Writers wait meanwhile: under a lock that lets them only read
 * nothing is committed, so no commit lies between what is counted and the time. Rejects when a writer holds a table for
 * more than ten seconds.
 */
export async function contentsNow(session: Session): Promise<Moment> {
  await session.query("BEGIN");
  try {
    await session.query("SET LOCAL lock_timeout = '10s'");
    const names = await tableNames(session);
    if (names.length > 0) await session.query(`LOCK TABLE ${names.join(", ")} IN SHARE MODE`);
    // Whole milliseconds are all that a restore is asked for: the next one, which this transaction outlives.
    const [row] = await session.query("SELECT ceil(extract(epoch FROM clock_timestamp()) * 1000) AS time");
    const tables = await contents(session);
    // The commit below then writes a record, without which a recovery would not know that it is past the time.
    await session.query("SELECT pg_current_xact_id(), pg_sleep(0.01)");
    await session.query("COMMIT");
    return { time: Number(row?.["time"]), tables };
  } catch (error) {
    await session.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
