import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { Certificates } from "./certificates.ts";
import { endProcess, freePort, makeServerFolder, runAsServer, spawnServer } from "./child-server.ts";
import { eventually } from "./eventually.ts";

export const DATABASE = "quiz";
export const ADMIN = { user: "twinstack_admin", password: "admin-1234567890abcdef1234567890ab" };
const SUPERUSER = "postgres";
const SUPERUSER_PASSWORD = "super-1234567890abcdef1234567890ab";

/** A PostgreSQL server on a free loopback port, with passwords demanded as on RDS. */
export interface PostgresServer {
  readonly port: number;
  /** By which its primary knows it, when it is a replica. */
  readonly name: string;
  /** Everything it has logged; every statement is. */
  log(): string;
  /** Connects as the superuser, whom RDS keeps to itself. */
  superuser(database?: string): Promise<pg.Client>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** A streaming replica of it. */
  addReplica(): Promise<PostgresServer>;
  /** Ends it and its replicas, and removes their files. */
  remove(): Promise<void>;
}

/**
 * A new cluster with an empty database whose owner is a master user such as RDS makes: no superuser. With certificates it
 * speaks TLS to who asks for it.
 */
export async function startPostgres(certificates?: Certificates): Promise<PostgresServer> {
  const folder = makeServerFolder("postgres");
  const passwordFile = join(folder.path, "password");
  writeFileSync(passwordFile, SUPERUSER_PASSWORD, { mode: 0o644 });
  const data = join(folder.path, "data");
  await runAsServer(program("initdb"), [
    ...["--pgdata", data, "--username", SUPERUSER, "--pwfile", passwordFile, "--auth", "scram-sha-256"],
    ...["--encoding", "UTF8", "--locale", "C", "--no-sync"],
  ]);
  const server = await serve(data, folder, certificates);
  const client = await server.superuser("postgres");
  await client.query(`CREATE ROLE ${ADMIN.user} LOGIN CREATEROLE CREATEDB PASSWORD '${ADMIN.password}'`);
  await client.query(`CREATE DATABASE ${DATABASE} OWNER ${ADMIN.user}`);
  await client.end();
  return server;
}

async function serve(
  data: string,
  folder: { readonly path: string; remove(): void },
  certificates?: Certificates,
): Promise<PostgresServer> {
  const port = await freePort();
  const logFile = join(folder.path, "log");
  const replicas: PostgresServer[] = [];
  let child: ChildProcess | undefined;

  const superuser = async (database = DATABASE): Promise<pg.Client> => {
    const client = new pg.Client({
      host: "127.0.0.1",
      port,
      database,
      user: SUPERUSER,
      password: SUPERUSER_PASSWORD,
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };

  const start = async (): Promise<void> => {
    const log = openSync(logFile, "a");
    const started = spawnServer(
      program("postgres"),
      ["-D", data, ...settings(port, folder.path, certificates)],
      {
        stdio: ["ignore", "ignore", log],
      },
    );
    closeSync(log);
    child = started;
    await eventually("PostgreSQL to answer", async () => {
      if (started.exitCode !== null)
        throw new Error(`PostgreSQL has ended:\n${readFileSync(logFile, "utf8")}`);
      return superuser("postgres").then(
        async (client) => {
          await client.end();
          return true;
        },
        () => undefined,
      );
    });
  };

  await start();
  return {
    port,
    name: nameOf(port),
    superuser,
    start,
    log: () => readFileSync(logFile, "utf8"),
    kill: async (signal) => {
      if (child !== undefined) await endProcess(child, signal);
    },
    addReplica: async () => {
      const replica = makeServerFolder("replica");
      const target = join(replica.path, "data");
      await runAsServer(
        program("pg_basebackup"),
        [
          ...["--pgdata", target, "--host", "127.0.0.1", "--port", `${port}`, "--username", SUPERUSER],
          ...["--write-recovery-conf", "--checkpoint", "fast", "--wal-method", "stream", "--no-sync"],
        ],
        { env: { ...process.env, PGPASSWORD: SUPERUSER_PASSWORD } },
      );
      const server = await serve(target, replica, certificates);
      replicas.push(server);
      return server;
    },
    remove: async () => {
      await Promise.all(replicas.map((replica) => replica.remove()));
      // Immediate shutdown: nothing of it is kept.
      if (child !== undefined) await endProcess(child, "SIGQUIT");
      folder.remove();
    },
  };
}

const nameOf = (port: number): string => `server-${port}`;

/** Nothing is kept, so nothing need be safe on disk. */
function settings(port: number, socketFolder: string, certificates?: Certificates): readonly string[] {
  return Object.entries({
    listen_addresses: "127.0.0.1",
    port,
    cluster_name: nameOf(port),
    unix_socket_directories: socketFolder,
    fsync: "off",
    full_page_writes: "off",
    shared_buffers: "16MB",
    max_connections: 60,
    max_wal_senders: 4,
    autovacuum: "off",
    log_statement: "all",
    wal_retrieve_retry_interval: "100ms",
    ...(certificates === undefined
      ? {}
      : { ssl: "on", ssl_cert_file: certificates.certificate, ssl_key_file: certificates.key }),
  }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** Debian keeps each major version in a folder of its own, outside of PATH. */
function program(name: string): string {
  const root = "/usr/lib/postgresql";
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined)
    throw new Error(`No PostgreSQL in ${root}: install Debian's package "postgresql".`);
  return join(root, newest, "bin", name);
}
