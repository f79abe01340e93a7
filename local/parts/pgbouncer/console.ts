import { readFileSync } from "node:fs";
import pg from "pg";
import { whilePassing } from "../postgres/passing.ts";
import { CONSOLE_USER, consolePassword } from "./configuration.ts";
import { PORT, type Layout } from "./layout.ts";

/** Most of it is for ourselves: a region that makes twenty parts at once comes late to an answer that was there in time. */
const CONNECT_MS = 5000;
const QUERY_MS = 2000;

type Command = "RECONNECT" | "RELOAD" | "SHOW VERSION" | `PAUSE ${string}` | `RESUME ${string}`;
export type Row = Readonly<Record<string, unknown>>;

/** Runs one command of PgBouncer's admin console; rejects within seconds when it does not answer. */
export async function runCommand(layout: Layout, command: Command, timeoutMs = QUERY_MS): Promise<void> {
  await ask(layout, command, timeoutMs);
}

/** What a command shows. */
export async function askConsole(
  layout: Layout,
  command: "SHOW DATABASES" | "SHOW SERVERS",
): Promise<readonly Row[]> {
  return ask(layout, command, QUERY_MS);
}

async function ask({ folder, users }: Layout, command: string, timeoutMs: number): Promise<readonly Row[]> {
  const client = new pg.Client({
    host: folder,
    port: PORT,
    user: CONSOLE_USER,
    password: consolePassword(readFileSync(users, "utf8")),
    database: "pgbouncer",
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: timeoutMs,
  });
  // One that breaks after its answer has nobody left to tell.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(command)).rows;
  } finally {
    // Not awaited: one that has hung would never say goodbye.
    void client.end().catch(() => undefined);
  }
}

/**
 * Whether the console answers: it opens when everything else is in place. Rejects with what does not pass by itself, e.g.
 * a password that is refused.
 */
export async function answers(layout: Layout): Promise<boolean> {
  return runCommand(layout, "SHOW VERSION").then(() => true, whilePassing(false));
}
