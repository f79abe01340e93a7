import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { endProcess, freePort, makeServerFolder, spawnServer } from "./child-server.ts";
import { eventually } from "./eventually.ts";
import { DATABASE } from "./postgres.ts";
import { SECRETS } from "./secrets-folder.ts";

/** A pooler in transaction mode on a free loopback port, as RDS Proxy is one: what a session sets may be lost. */
export interface Pooler {
  readonly port: number;
  remove(): Promise<void>;
}

/** @param target port of the database. */
export async function startPgbouncer(target: number): Promise<Pooler> {
  const folder = makeServerFolder("pgbouncer");
  const port = await freePort();
  const users = join(folder.path, "users.txt");
  const password = SECRETS["database-rw-password"];
  // For a folder of its own, that only the server's user may enter.
  writeFileSync(users, `"app_rw" "${password}"\n`, { mode: 0o644 });
  const configuration = join(folder.path, "pgbouncer.ini");
  writeFileSync(
    configuration,
    [
      "[databases]",
      `${DATABASE} = host=127.0.0.1 port=${target}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = scram-sha-256",
      `auth_file = ${users}`,
      "pool_mode = transaction",
      "default_pool_size = 20",
      "server_login_retry = 1",
      "server_connect_timeout = 1",
      "query_wait_timeout = 5",
    ].join("\n"),
    { mode: 0o644 },
  );
  const child = spawnServer("pgbouncer", ["-q", configuration], { stdio: "ignore" });
  await eventually("PgBouncer to answer", async () => {
    if (child.exitCode !== null) throw new Error(`PgBouncer has ended with ${child.exitCode}.`);
    const client = new pg.Client({ host: "127.0.0.1", port, database: DATABASE, user: "app_rw", password });
    return client.connect().then(
      async () => {
        await client.end();
        return true;
      },
      () => undefined,
    );
  });
  return {
    port,
    remove: async () => {
      await endProcess(child, "SIGKILL");
      folder.remove();
    },
  };
}
