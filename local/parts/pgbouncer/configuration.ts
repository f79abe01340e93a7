import type { Layout } from "./layout.ts";
import { PORT } from "./layout.ts";
import type { ProxyInput, Target } from "./proxy-input.ts";
import type { User } from "./secret-users.ts";

/** The region's way into the admin console. Its password is made with the pooler and known to nobody else. */
export const CONSOLE_USER = "twinstack_console";

/** Clients of one pooler; RDS Proxy scales by itself and has no such number. */
const MAX_CLIENTS = 1000;

/** pgbouncer.ini, https://www.pgbouncer.org/config.html. No secret in it. */
export function configuration(input: ProxyInput, address: string, layout: Layout): string {
  const settings: Readonly<Record<string, string | number>> = {
    listen_addr: address,
    listen_port: PORT,
    unix_socket_dir: layout.folder,
    unix_socket_mode: "0700",
    auth_type: "scram-sha-256",
    auth_file: layout.users,
    admin_users: CONSOLE_USER,

    // As RDS Proxy multiplexes: a connection to the database belongs to a client for a transaction.
    pool_mode: "transaction",
    max_client_conn: MAX_CLIENTS,
    default_pool_size: input.target?.connections ?? 1,
    max_db_connections: input.target?.connections ?? 1,
    query_wait_timeout: input.borrowSeconds,
    client_idle_timeout: input.idleClientSeconds,
    server_idle_timeout: 300,
    server_lifetime: 3600,

    client_tls_sslmode: input.requireTls ? "require" : "allow",
    client_tls_cert_file: layout.certificate,
    client_tls_key_file: layout.key,
    client_tls_protocols: "secure",
    server_tls_sslmode: "verify-full",
    server_tls_ca_file: layout.authority,
    server_tls_protocols: "secure",

    // After a failover the name leads to another server: ask again at once, and let go of one that is silent.
    resolv_conf: layout.resolver,
    dns_max_ttl: 0.2,
    dns_nxdomain_ttl: 0.2,
    server_connect_timeout: 2,
    server_login_retry: 0.2,
    tcp_keepalive: 1,
    tcp_keepidle: 2,
    tcp_keepintvl: 1,
    tcp_keepcnt: 3,
    tcp_user_timeout: 5000,

    log_connections: input.debugLogging ? 1 : 0,
    log_disconnections: input.debugLogging ? 1 : 0,
    log_stats: 0,
    // Drivers for Java send it; RDS Proxy takes it too.
    ignore_startup_parameters: "extra_float_digits",
  };
  return [
    "; Written by Twinstack; a change here is lost.",
    "[databases]",
    ...(input.target ? databases(input.target, input.initQuery) : []),
    "",
    "[pgbouncer]",
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    "",
  ].join("\n");
}

/** One by one: what PgBouncer makes of a wildcard keeps its first settings for as long as it is used. */
function databases({ host, port, databases: names }: Target, initQuery: string): string[] {
  const query = initQuery === "" ? "" : ` connect_query='${initQuery.replaceAll("'", "''")}'`;
  return names.map((name) => `${name} = host=${host} port=${port}${query}`);
}

/** The users' file: a quote within a text is written twice. */
export function userList(users: readonly User[], consolePassword: string): string {
  const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
  return [{ name: CONSOLE_USER, password: consolePassword }, ...users]
    .map(({ name, password }) => `${quoted(name)} ${quoted(password)}\n`)
    .join("");
}

/** The console's password out of the users' file; undefined when there is none. */
export function consolePassword(users: string): string | undefined {
  return new RegExp(`^"${CONSOLE_USER}" "([^"]+)"$`, "m").exec(users)?.[1];
}

/** The VPC's resolver alone, asked twice before it counts as silent. */
export function resolverFile(address: string): string {
  return `nameserver ${address}\noptions timeout:1 attempts:2\n`;
}
