import pg from "pg";
import { REPLICATION_USER } from "./access-rules.ts";
import { SUPERUSER, withSession } from "./admin.ts";
import { matchesPassword, scramVerifier } from "./scram.ts";
import type { Machine } from "../machine.ts";
import type { Server, Session } from "./admin.ts";

const { escapeIdentifier, escapeLiteral } = pg;

/** RDS's group of the master user: much of a superuser's work, none of its power over the server's own files. */
const MASTER_GROUP = "rds_superuser";
const MASTER_RIGHTS = ["pg_monitor", "pg_signal_backend", "pg_checkpoint"];

export interface Login {
  readonly username: string;
  /** A secret; undefined leaves the password alone. */
  readonly password: string | undefined;
}

export interface Roles {
  readonly master: Login;
  readonly databaseName: string | undefined;
  /** A secret. */
  readonly replicationPassword: string;
  /** pg_stat_statements can be used. */
  readonly statements: boolean;
}

/**
 * Master user and first database as RDS makes them. The master is no superuser: it may create roles and databases,
 * and watch and end sessions. Repeatable; sets a password only when it is another one.
 */
export async function ensureRoles(machine: Machine, server: Server, roles: Roles): Promise<void> {
  await withSession(machine, server, async (session) => {
    await ensureRole(session, MASTER_GROUP, "NOLOGIN");
    await session.query(`GRANT ${MASTER_RIGHTS.join(", ")} TO ${MASTER_GROUP} WITH ADMIN OPTION`);
    await ensureRole(session, roles.master.username, "LOGIN CREATEROLE CREATEDB");
    await session.query(`GRANT ${MASTER_GROUP} TO ${escapeIdentifier(roles.master.username)}`);
    await ensureRole(session, REPLICATION_USER, "LOGIN REPLICATION");
    await ensurePassword(session, roles.master);
    await ensurePassword(session, { username: REPLICATION_USER, password: roles.replicationPassword });
    if (roles.databaseName !== undefined) {
      await ensureDatabase(session, roles.databaseName, roles.master.username);
    }
  });
  if (!roles.statements) return;
  // On RDS the master may create extensions that need a superuser elsewhere; here the most asked for is there.
  for (const database of new Set(["postgres", roles.databaseName ?? "postgres"])) {
    const create = (session: Session): Promise<unknown> =>
      session.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    await withSession(machine, server, create, { database });
  }
}

async function ensureRole(session: Session, name: string, attributes: string): Promise<void> {
  const [found] = await session.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [name]);
  if (found === undefined) await session.query(`CREATE ROLE ${escapeIdentifier(name)} ${attributes}`);
}

async function ensurePassword(session: Session, { username, password }: Login): Promise<void> {
  if (password === undefined) return;
  const [role] = await session.query("SELECT rolpassword FROM pg_authid WHERE rolname = $1", [username]);
  const stored = role?.["rolpassword"];
  if (typeof stored === "string" && matchesPassword(stored, password)) return;
  const verifier = escapeLiteral(scramVerifier(password));
  await session.query(`ALTER ROLE ${escapeIdentifier(username)} PASSWORD ${verifier}`);
}

async function ensureDatabase(session: Session, name: string, owner: string): Promise<void> {
  const [found] = await session.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
  if (found !== undefined) return;
  await session.query(`CREATE DATABASE ${escapeIdentifier(name)} OWNER ${escapeIdentifier(owner)}`);
}

/** Names nobody may give a master user, for they are the region's. */
export const RESERVED_USERS: readonly string[] = [SUPERUSER, REPLICATION_USER, MASTER_GROUP];
