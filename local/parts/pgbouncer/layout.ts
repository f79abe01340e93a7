import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Machine } from "../machine.ts";

/** RDS Proxy listens on PostgreSQL's port whatever the instance's is. */
export const PORT = 5432;

/** A pooler's files; the folder is also that of the admin console's Unix socket. */
export interface Layout {
  readonly folder: string;
  readonly configuration: string;
  /** The region's own copy of it, to see what was changed by hand. */
  readonly written: string;
  /** Names and passwords, mode 0600. */
  readonly users: string;
  readonly resolver: string;
  readonly certificate: string;
  readonly key: string;
  /** Whom the database's certificate must be from. */
  readonly authority: string;
}

export function layoutOf(machine: Pick<Machine, "dataDir">, host: string): Layout {
  const folder = join(machine.dataDir("pgbouncer"), host);
  return {
    folder,
    configuration: join(folder, "pgbouncer.ini"),
    written: join(folder, "written.ini"),
    users: join(folder, "users.txt"),
    resolver: join(folder, "resolv.conf"),
    certificate: join(folder, "server.crt"),
    key: join(folder, "server.key"),
    authority: join(folder, "authority.crt"),
  };
}

/** The pooler's host: the same for the same proxy. */
export function hostName(proxyId: string): string {
  return `px-${createHash("sha256").update(proxyId).digest("hex").slice(0, 8)}`;
}

export function processName(host: string): string {
  return `${host}/pgbouncer`;
}
