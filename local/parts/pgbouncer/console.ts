import { readFileSync } from "node:fs";
import pg from "pg";
import { CONSOLE_USER, consolePassword } from "./configuration.ts";
import { PORT, type Layout } from "./layout.ts";

const CONNECT_MS = 1000;
const QUERY_MS = 2000;

/** Runs one command of PgBouncer's admin console; rejects within seconds when it does not answer. */
export async function runCommand(
  { folder, users }: Layout,
  command: "RECONNECT" | "RELOAD" | "SHOW VERSION",
): Promise<void> {
  const client = new pg.Client({
    host: folder,
    port: PORT,
    user: CONSOLE_USER,
    password: consolePassword(readFileSync(users, "utf8")),
    database: "pgbouncer",
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
  });
  // One that breaks after its answer has nobody left to tell.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(command);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether the console answers: it opens when everything else is in place. */
export async function answers(layout: Layout): Promise<boolean> {
  return runCommand(layout, "SHOW VERSION").then(
    () => true,
    () => false,
  );
}
