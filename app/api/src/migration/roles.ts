import pg from "pg";
import { scramVerifier } from "./scram.ts";

/** Roles of the app; the migrations grant to them by these names. */
export const READ_WRITE = "app_rw";
export const READ_ONLY = "app_ro";

/** What each session of a role begins with: set here, because a pooler in transaction mode drops what a client sets. */
const SESSION = {
  [READ_WRITE]: { statement_timeout: "5s", lock_timeout: "2s", idle_in_transaction_session_timeout: "10s" },
  // Below what the app waits for a replica's answer: a slow statement is then the server's own word, and no silence.
  [READ_ONLY]: {
    statement_timeout: "2s",
    lock_timeout: "2s",
    idle_in_transaction_session_timeout: "10s",
    default_transaction_read_only: "on",
  },
} as const;

/**
 * Makes the app's roles and its schema, or brings them to what they should be. Both roles may read every table; what
 * `app_rw` may write is granted table by table in the migrations. Needs no superuser: RDS gives nobody one.
 */
export async function ensureRoles(
  client: pg.Client,
  passwords: Readonly<Record<typeof READ_WRITE | typeof READ_ONLY, string>>,
): Promise<void> {
  const database = pg.escapeIdentifier(client.database ?? "");
  for (const role of [READ_WRITE, READ_ONLY] as const) {
    const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
    const verifier = pg.escapeLiteral(scramVerifier(passwords[role]));
    await client.query(`${rowCount === 0 ? "CREATE" : "ALTER"} ROLE ${role} LOGIN PASSWORD ${verifier}`);
    for (const [name, value] of Object.entries(SESSION[role])) {
      await client.query(`ALTER ROLE ${role} SET ${name} = ${pg.escapeLiteral(value)}`);
    }
  }
  await client.query(`
    REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${database} TO ${READ_WRITE}, ${READ_ONLY};
    CREATE SCHEMA IF NOT EXISTS app;
    GRANT USAGE ON SCHEMA app TO ${READ_WRITE}, ${READ_ONLY};
    GRANT SELECT ON ALL TABLES IN SCHEMA app TO ${READ_WRITE}, ${READ_ONLY};
    ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO ${READ_WRITE}, ${READ_ONLY};
  `);
}
