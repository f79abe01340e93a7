import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Machine } from "../machine.ts";

/** A server's files. Configuration lies outside `data`, so that a base backup does not copy it. */
export interface NodeLayout {
  /** Also the folder of the Unix socket. */
  readonly folder: string;
  readonly data: string;
  readonly configuration: string;
  /** The region's own copy of the settings in it, to see what was changed by hand. */
  readonly written: string;
  readonly accessRules: string;
  readonly userMap: string;
  readonly certificate: string;
  readonly key: string;
}

export function nodeLayout(machine: Pick<Machine, "dataDir">, host: string): NodeLayout {
  const folder = join(machine.dataDir("postgres"), "nodes", host);
  return {
    folder,
    data: join(folder, "data"),
    configuration: join(folder, "postgresql.conf"),
    written: join(folder, "settings.json"),
    accessRules: join(folder, "pg_hba.conf"),
    userMap: join(folder, "pg_ident.conf"),
    certificate: join(folder, "server.crt"),
    key: join(folder, "server.key"),
  };
}

/** Base backups and archived WAL of an instance. Apart from its servers, which come and go. */
export interface BackupLayout {
  readonly folder: string;
  readonly base: string;
  readonly wal: string;
}

export function backupLayout(machine: Pick<Machine, "dataDir">, instanceId: string): BackupLayout {
  const folder = join(machine.dataDir("postgres"), "backups", instanceId);
  return { folder, base: join(folder, "base"), wal: join(folder, "wal") };
}

/** A final snapshot: it outlives its instance. */
export function snapshotFolder(machine: Machine, identifier: string): string {
  return join(machine.dataDir("postgres"), "snapshots", identifier);
}

/** Host of an instance's n-th server: 12 characters at most, the same for the same instance. */
export function hostName(instanceId: string, ordinal: number): string {
  const digest = createHash("sha256").update(instanceId).digest("hex").slice(0, 6);
  // Two digits of base 36: after 1296 servers, the numbers of the first ones are free again.
  return `pg-${digest}-${(ordinal % 1296).toString(36)}`;
}

/** Replication slots allow no hyphen. */
export function slotName(host: string): string {
  return host.replaceAll("-", "_");
}

export function processName(host: string): string {
  return `${host}/postgres`;
}
