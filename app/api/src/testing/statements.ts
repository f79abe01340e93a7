import { randomUUID } from "node:crypto";
import type { Query } from "../database/pool.ts";

/** Statements of tests that look at the database itself. */
export const insert = (name: string) => async (query: Query) => {
  await query("INSERT INTO app.participants (id, name, token_hash) VALUES ($1, $2, $3)", [
    randomUUID(),
    name,
    Buffer.from(name),
  ]);
};
export const count = (name: string) => async (query: Query) =>
  (
    await query<{ count: number }>("SELECT count(*)::int AS count FROM app.participants WHERE name = $1", [
      name,
    ])
  )[0]?.count;
/** Which server answers, and as whom. */
export const whereAmI = async (query: Query) =>
  (
    await query<{ port: number; replica: boolean; role: string }>(
      "SELECT inet_server_port() AS port, pg_is_in_recovery() AS replica, current_user AS role",
    )
  )[0];
