import { REPLICATION_USER, userLines } from "./access.ts";
import type { Passwords } from "./access.ts";
import type { Settings } from "./settings.ts";

export interface NodeSite {
  readonly address: string;
  readonly port: number;
  /** Everything of the node, socket and certificate included. */
  readonly folder: string;
}

export interface NodeConfiguration {
  readonly site: NodeSite;
  readonly passwords: Passwords;
  readonly settings: Settings;
  /** Undefined: the node is the primary. */
  readonly primaryAddress: string | undefined;
}

export const FILES = {
  configuration: "redis.conf",
  socket: "redis.sock",
  certificate: "node.crt",
  key: "node.key",
  authority: "ca.crt",
} as const;

/**
 * redis.conf of a node. Nothing is kept on disk: like ElastiCache without snapshots a node that dies comes back
 * empty. https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/
 */
export function configuration({ site, passwords, settings, primaryAddress }: NodeConfiguration): string {
  const { address, port, folder } = site;
  const file = (name: keyof typeof FILES): string => `${folder}/${FILES[name]}`;
  const lines = [
    "# Written by Twinstack; a change here is lost.",
    `bind ${address}`,
    "protected-mode no",
    "port 0",
    `tls-port ${port}`,
    `tls-cert-file ${file("certificate")}`,
    `tls-key-file ${file("key")}`,
    `tls-ca-cert-file ${file("authority")}`,
    "tls-auth-clients no",
    "tls-replication yes",
    `unixsocket ${file("socket")}`,
    "unixsocketperm 700",
    `dir ${folder}`,
    'logfile ""',
    // The region finds a process again by its command line.
    "set-proc-title no",
    'save ""',
    "appendonly no",
    // A replica that comes back is filled at once, and one that hangs is noticed soon.
    "repl-diskless-sync-delay 0",
    "repl-diskless-load swapdb",
    "repl-ping-replica-period 1",
    "repl-timeout 5",
    `masteruser ${REPLICATION_USER}`,
    `masterauth ${passwords.replication}`,
    ...userLines(passwords),
    ...Object.entries(settings).map(([name, value]) => `${name} ${value === "" ? '""' : value}`),
    ...(primaryAddress === undefined ? [] : [`replicaof ${primaryAddress} ${port}`]),
  ];
  return `${lines.join("\n")}\n`;
}
