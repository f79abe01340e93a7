import { readFileSync } from "node:fs";
import pg from "pg";

// Run in a host's namespace, asked on standard input: what a server says to a client there.

interface Question {
  readonly host: string;
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly tls: boolean;
  readonly ca: string;
  readonly sql: string;
}

const question = JSON.parse(readFileSync(0, "utf8")) as Question;
const client = new pg.Client({
  host: question.address,
  port: 5432,
  user: question.user,
  password: question.password,
  database: "quiz",
  connectionTimeoutMillis: 5_000,
  query_timeout: 5_000,
  ssl: question.tls && { ca: question.ca, servername: question.host },
});
client.on("error", () => undefined);
let answer: unknown;
try {
  await client.connect();
  answer = { rows: (await client.query(question.sql)).rows };
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  answer = { code: code ?? null, message };
}
await client.end().catch(() => undefined);
process.stdout.write(JSON.stringify(answer));
