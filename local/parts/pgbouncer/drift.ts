import { existsSync, readFileSync } from "node:fs";
import type { Json } from "../../region/protocol.ts";
import type { Layout } from "./layout.ts";

/** Settings that a proxy's or a target group's inputs decide: another value is drift. All others are the region's own. */
const SETTINGS = [
  "client_tls_sslmode",
  "client_idle_timeout",
  "log_connections",
  "query_wait_timeout",
  "max_db_connections",
] as const;

type Setting = (typeof SETTINGS)[number];

/** By name what somebody wrote into pgbouncer.ini in place of what the region did; a setting taken out is "". */
export type HandMade = Readonly<Partial<Record<Setting, string>>>;

export function handMade({ configuration, written }: Layout): HandMade {
  if (!existsSync(configuration) || !existsSync(written)) return {};
  const [found, expected] = [settings(configuration), settings(written)];
  const changed = SETTINGS.filter((name) => found.get(name) !== expected.get(name));
  return Object.fromEntries(changed.map((name) => [name, found.get(name) ?? ""]));
}

/** The last line of a name counts, as for PgBouncer. */
function settings(path: string): ReadonlyMap<string, string> {
  const lines = readFileSync(path, "utf8").split("\n");
  const pairs = lines.map((line) => /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? []);
  return new Map(pairs.map(([, name = "", value = ""]) => [name, value] as const));
}

/** PgBouncer's own defaults, for a line that was taken out: https://www.pgbouncer.org/config.html */
const seconds = (value: string, fallback: number): number => (value === "" ? fallback : Number(value));

/** The inputs of `aws:rds/proxy:Proxy` that would say so. */
export function proxyInputs(found: HandMade): Readonly<Record<string, Json>> {
  const { client_tls_sslmode: tls, client_idle_timeout: idle, log_connections: logs } = found;
  return {
    ...(tls === undefined ? {} : { requireTls: ["require", "verify-ca", "verify-full"].includes(tls) }),
    ...(idle === undefined ? {} : { idleClientTimeout: seconds(idle, 0) }),
    ...(logs === undefined ? {} : { debugLogging: logs !== "0" }),
  };
}

/** The connection pool's settings of `aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup` that would say so. */
export function poolConfig(found: HandMade, maxConnections: number): Readonly<Record<string, Json>> {
  const { query_wait_timeout: wait, max_db_connections: most } = found;
  return {
    ...(wait === undefined ? {} : { connectionBorrowTimeout: seconds(wait, 120) }),
    ...(most === undefined
      ? {}
      : { maxConnectionsPercent: Math.round((100 * seconds(most, 0)) / maxConnections) }),
  };
}
