import { createHash } from "node:crypto";

/** The region's own user, over the Unix socket alone: its password leaves this machine never. */
export const REGION_USER = "region";
/** The user as which a replica asks its primary for the data. */
export const REPLICATION_USER = "replication";

/**
 * Commands that clients of ElastiCache do not have.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ClientConfig.RestrictedCommands.html
 * Known difference: ElastiCache answers as if it did not know them, here they are NOPERM.
 */
const RESTRICTED = [
  "bgrewriteaof",
  "bgsave",
  "config",
  "debug",
  "migrate",
  "replicaof",
  "save",
  "slaveof",
  "shutdown",
  "sync",
];
/** With one of these a client could take the node over all the same. */
const TAKEOVER = [
  "acl|deluser",
  "acl|load",
  "acl|save",
  "acl|setuser",
  "failover",
  "module",
  "psync",
  "replconf",
];

export interface Passwords {
  readonly region: string;
  readonly replication: string;
  /** SHA-256 of the AUTH tokens that clients may use, the newest first; none: they need none. */
  readonly tokens: readonly string[];
}

export function digest(password: string): string {
  return createHash("sha256").update(password).digest("hex");
}

/** What clients may do, as rules of `ACL SETUSER default`. They hold no password in clear. */
export function clientRules(tokens: readonly string[]): readonly string[] {
  const passwords = tokens.length === 0 ? ["nopass"] : tokens.map((token) => `#${token}`);
  const refused = [...RESTRICTED, ...TAKEOVER].map((command) => `-${command}`);
  return ["reset", "on", ...passwords, "~*", "&*", "+@all", ...refused];
}

/** https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/ */
export function userLines({ region, replication, tokens }: Passwords): readonly string[] {
  return [
    `user default ${clientRules(tokens).join(" ")}`,
    `user ${REGION_USER} reset on #${digest(region)} ~* &* +@all`,
    `user ${REPLICATION_USER} reset on #${digest(replication)} +ping +psync +replconf`,
  ];
}

/**
 * The tokens after a change. ROTATE, AWS's default, keeps the one before beside the new one, SET the new one alone,
 * DELETE none. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html#auth-modifyng-token
 */
export function tokensAfter(
  before: readonly string[],
  token: string | undefined,
  strategy: string | undefined,
): readonly string[] {
  if (token === undefined) return strategy === "DELETE" ? [] : before;
  const now = digest(token);
  if (strategy === "SET") return [now];
  return now === before[0] ? before : [now, ...before].slice(0, 2);
}
