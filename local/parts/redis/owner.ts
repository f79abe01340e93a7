import { chmodSync, chownSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { writeFileAtomic } from "../host/atomic-file.ts";
import { CommandError } from "../host/run.ts";
import type { Machine } from "../machine.ts";

/** The user that Debian's package made. */
const USER = "redis";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * As whom the nodes run. They may walk through the region's folder to their own data, not list it: what else is in
 * there is private by its own modes. Throws when a folder above, which is not ours to open, keeps them out.
 */
export async function ownerOf(machine: Machine): Promise<Owner> {
  const id = async (flag: string): Promise<number> => Number(await machine.run("id", [flag, USER]));
  const owner = { uid: await id("-u"), gid: await id("-g") };
  const root = machine.dataDir("redis");
  for (const folder of [dirname(root), root]) chmodSync(folder, statSync(folder).mode | 0o001);
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--clear-groups", "--"];
  await machine.run("setpriv", [...identity, "test", "-x", root]).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(
      `TWINSTACK_STATE: the user ${USER}, as whom Redis runs, cannot enter ${root}; ` +
        "name a folder below folders that everybody may enter, e.g. /var/lib/twinstack",
    );
  });
  return owner;
}

/** A folder of the region's that the owner may walk through to its own. */
export function walkableFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o711 });
}

/** A folder of the owner's alone. */
export function ownedFolder(path: string, { uid, gid }: Owner): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chownSync(path, uid, gid);
}

/** A file of the owner's alone, replaced whole. */
export function ownedFile(path: string, text: string, owner: Owner): void {
  writeFileAtomic(path, text, { owner });
}
