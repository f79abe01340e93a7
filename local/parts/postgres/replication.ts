import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { regionAuthority } from "../authority/region-authority.ts";
import { REPLICATION_USER } from "./access-rules.ts";
import { withSession } from "./admin.ts";
import { slotName } from "./layout.ts";
import { openPath, ownerOf } from "./program.ts";
import { writeOwned } from "./server-files.ts";
import type { Machine } from "../machine.ts";
import type { Server } from "./admin.ts";

const FREED_MS = 5000;
const FREE_SLOT =
  "SELECT pg_terminate_backend(active_pid, $2) FROM pg_replication_slots WHERE slot_name = $1 AND active";

/** A server that others follow, by the name in its certificate and the address it has now. */
export interface Leader extends Server {
  readonly endpoint: string;
  readonly address: string;
  readonly port: number;
}

/** The password of the replication role, one a region; a secret, for PostgreSQL in a file of its own. */
export async function replicationPassword(machine: Machine): Promise<string> {
  const path = passwordFile(machine);
  if (!existsSync(path)) {
    await openPath(machine);
    const line = `*:*:*:${REPLICATION_USER}:${randomBytes(32).toString("hex")}\n`;
    writeOwned(path, line, await ownerOf(machine));
  }
  return readFileSync(path, "utf8").trim().split(":").at(-1) ?? "";
}

function passwordFile(machine: Machine): string {
  return join(machine.dataDir("postgres"), "replication.pgpass");
}

/** How a follower reaches its leader; it checks the leader's certificate. `name`: how it shows itself there. */
export async function connectionTo(machine: Machine, leader: Leader, name: string): Promise<string> {
  await replicationPassword(machine);
  const authority = join(machine.dataDir("postgres"), "authority.crt");
  const certificate = readFileSync((await regionAuthority(machine)).files.cert, "utf8");
  writeOwned(authority, certificate, await ownerOf(machine));
  return [
    `host=${leader.endpoint} hostaddr=${leader.address} port=${leader.port} user=${REPLICATION_USER}`,
    `passfile=${passwordFile(machine)} sslmode=verify-full sslrootcert=${authority}`,
    `connect_timeout=3 application_name=${name}`,
  ].join(" ");
}

/**
 * WAL the follower has not got yet is kept from here on. A slot that fell behind by more than the leader keeps
 * (`max_slot_wal_keep_size`) can never be used again: there is a new one then, whose follower has to be copied.
 */
export async function ensureSlot(machine: Machine, leader: Server, follower: string): Promise<void> {
  await withSession(machine, leader, async (session) => {
    const slot = slotName(follower);
    const [found] = await session.query("SELECT wal_status FROM pg_replication_slots WHERE slot_name = $1", [
      slot,
    ]);
    const isLost = found?.["wal_status"] === "lost";
    if (isLost) {
      await session.query(FREE_SLOT, [slot, FREED_MS]);
      await session.query("SELECT pg_drop_replication_slot($1)", [slot]);
    }
    if (found === undefined || isLost)
      await session.query("SELECT pg_create_physical_replication_slot($1, true)", [slot]);
  });
}

/** Slots of followers that are no more would keep WAL for ever. */
export async function dropSlotsExcept(
  machine: Machine,
  leader: Server,
  followers: readonly string[],
): Promise<void> {
  await withSession(machine, leader, (session) =>
    session.query(
      "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots " +
        "WHERE NOT active AND NOT temporary AND slot_type = 'physical' AND slot_name <> ALL ($1)",
      [followers.map(slotName)],
    ),
  );
}

/**
 * Ends whoever holds the follower's slot: the leader may not have noticed yet that the follower, or a copy of a region that
 * was killed, is gone. The follower must have been stopped, or it would come back for its slot.
 */
export async function freeSlot(machine: Machine, leader: Server, follower: string): Promise<void> {
  await withSession(machine, leader, (session) => session.query(FREE_SLOT, [slotName(follower), FREED_MS]));
}

export type Stream = "sync" | "async" | undefined;

/** Whether the leader streams to the follower, and how; undefined when it does not. */
export async function streamTo(machine: Machine, leader: Server, follower: string): Promise<Stream> {
  const [row] = await withSession(machine, leader, (session) =>
    session.query(
      "SELECT sync_state FROM pg_stat_replication WHERE application_name = $1 AND state = 'streaming'",
      [follower],
    ),
  );
  if (row === undefined) return undefined;
  return row["sync_state"] === "sync" ? "sync" : "async";
}
