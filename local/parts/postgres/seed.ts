import { chownSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { SUPERUSER } from "./admin.ts";
import { takeBaseBackup } from "./base-backup.ts";
import { nodeLayout, slotName } from "./layout.ts";
import { openPath, ownerOf, runAsOwner } from "./program.ts";
import { freeSlot } from "./replication.ts";
import { stopServer } from "./server.ts";
import { ownFolder } from "./server-files.ts";
import type { Leader } from "./replication.ts";
import type { Site } from "./site.ts";
import type { Machine } from "../machine.ts";

/** One file or one step may take as long on a slow disk. */
const SILENT_MS = 10 * 60_000;

/** A server's data is whole once it bears this name: until then it is made beside it. */
export function hasData(machine: Machine, host: string): boolean {
  return existsSync(join(nodeLayout(machine, host).data, "PG_VERSION"));
}

/** An empty cluster with checksums, as RDS makes it; `rdsadmin` is its superuser. */
export async function makeData(machine: Machine, host: string): Promise<void> {
  await fill(machine, host, (target) =>
    runAsOwner(
      machine,
      "initdb",
      [
        ...["--pgdata", target, "--username", SUPERUSER, "--auth", "reject", "--data-checksums"],
        ...["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"],
      ],
      { silentMs: SILENT_MS },
    ),
  );
}

/**
 * Makes the leader's data the follower's, beside the loop that calls this: the copy is begun, then `copying` is answered until
 * it has ended, then it is put into place. Throws what the copy failed with; the next call begins another one. Slot and
 * folder are one copy's at a time: the follower that has held the slot is stopped first, and a copy from a leader that leads
 * no more is ended.
 */
export async function copyData(site: Site, leader: Leader, host: string): Promise<"copying" | "copied"> {
  const { machine, copies } = site;
  if (copies.from(host) !== undefined && copies.from(host) !== leader.host) await copies.cancel(host);
  const state = copies.state(host);
  if (state === "running") return "copying";
  copies.forget(host);
  if (state instanceof Error) throw state;
  const { data } = nodeLayout(machine, host);
  const target = `${data}.new`;
  if (state === "none") {
    await stopServer(machine, host);
    copies.begin(host, leader.host, async (signal) => {
      await makeFolder(machine, host, target);
      await freeSlot(machine, leader, host);
      // Not under the follower's own name: a copy is no follower that commits could wait for.
      const { maxRate } = site.timing;
      await takeBaseBackup(machine, leader, target, {
        ...{ host, name: `copy-${host}`, slot: slotName(host), signal },
        ...(maxRate === undefined ? {} : { maxRate }),
      });
      await mark(machine, target, "standby.signal");
    });
    return "copying";
  }
  await putInPlace(machine, host, target);
  return "copied";
}

/** A base backup's copy that recovers from the archive when it is started. */
export async function restoreData(machine: Machine, backup: string, host: string): Promise<void> {
  await fill(machine, host, async (target) => {
    // It names each file, which shows that it goes on.
    await runAsOwner(machine, "cp", ["-a", "--verbose", `${backup}/.`, target], { silentMs: SILENT_MS });
    await mark(machine, target, "recovery.signal");
  });
}

async function fill(
  machine: Machine,
  host: string,
  work: (target: string) => Promise<unknown>,
): Promise<void> {
  const target = `${nodeLayout(machine, host).data}.new`;
  await makeFolder(machine, host, target);
  await work(target);
  await putInPlace(machine, host, target);
}

async function makeFolder(machine: Machine, host: string, target: string): Promise<void> {
  await openPath(machine);
  await ownFolder(machine, nodeLayout(machine, host).folder);
  // A copy of a region that was killed may be ending just now.
  await rm(target, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  await ownFolder(machine, target);
}

async function putInPlace(machine: Machine, host: string, target: string): Promise<void> {
  const { data } = nodeLayout(machine, host);
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
