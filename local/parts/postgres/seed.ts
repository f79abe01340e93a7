import { chownSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { SUPERUSER } from "./admin.ts";
import { nodeLayout } from "./layout.ts";
import { openPath, ownerOf, runAsOwner } from "./program.ts";
import { copyFrom } from "./replication.ts";
import { stopServer } from "./server.ts";
import { ownFolder } from "./server-files.ts";
import type { Leader } from "./replication.ts";
import type { Machine } from "../machine.ts";

/** A server's data is whole once it bears this name: until then it is made beside it. */
export function hasData(machine: Machine, host: string): boolean {
  return existsSync(join(nodeLayout(machine, host).data, "PG_VERSION"));
}

/** An empty cluster with checksums, as RDS makes it; `rdsadmin` is its superuser. */
export async function makeData(machine: Machine, host: string): Promise<void> {
  await fill(machine, host, (target) =>
    runAsOwner(machine, "initdb", [
      ...["--pgdata", target, "--username", SUPERUSER, "--auth", "reject", "--data-checksums"],
      ...["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"],
    ]),
  );
}

/** The leader's data, as its follower. */
export async function copyData(machine: Machine, leader: Leader, host: string): Promise<void> {
  await fill(machine, host, async (target) => {
    await copyFrom(machine, leader, host, target);
    await mark(machine, target, "standby.signal");
  });
}

/** A base backup's copy that recovers from the archive when it is started. */
export async function restoreData(machine: Machine, backup: string, host: string): Promise<void> {
  await fill(machine, host, async (target) => {
    await runAsOwner(machine, "cp", ["-a", `${backup}/.`, target]);
    await mark(machine, target, "recovery.signal");
  });
}

async function fill(
  machine: Machine,
  host: string,
  work: (target: string) => Promise<unknown>,
): Promise<void> {
  const { data, folder } = nodeLayout(machine, host);
  const target = `${data}.new`;
  await openPath(machine);
  await ownFolder(machine, folder);
  // A copy of a region that was killed may be ending just now.
  await rm(target, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  await ownFolder(machine, target);
  await work(target);
  // One that serves what it has meanwhile ends only now.
  await stopServer(machine, host);
  await rm(data, { recursive: true, force: true });
  renameSync(target, data);
}

async function mark(machine: Machine, data: string, name: string): Promise<void> {
  const { uid, gid } = await ownerOf(machine);
  const path = join(data, name);
  writeFileSync(path, "", { mode: 0o600 });
  chownSync(path, uid, gid);
}
