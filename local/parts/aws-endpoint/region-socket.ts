import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, rmSync, statSync } from "node:fs";
import type { Server } from "node:net";
import { dirname, join } from "node:path";

import { CommandError } from "../host/run.ts";
import type { Machine } from "../machine.ts";

const FORWARDERS = "haproxy";

/** Where the region listens for the forwarder of this name. A folder that HAProxy's user may enter, and nobody else. */
export function socketPath(machine: Pick<Machine, "dataDir">, name: string): string {
  return join(machine.dataDir("aws-endpoint"), "sockets", `${name}.sock`);
}

/** Listens on a socket that the forwarders, who run as HAProxy's user, may open; what an earlier region left of it goes. */
export async function listenForForwarders(
  machine: Pick<Machine, "dataDir" | "run">,
  server: Server,
  path: string,
): Promise<void> {
  const group = Number(await machine.run("id", ["-g", FORWARDERS]));
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chownSync(folder, 0, group);
  chmodSync(folder, 0o710);
  // They walk through the region's own folders and cannot list them: what is in there is private by its own modes.
  for (const above of [dirname(folder), dirname(dirname(folder))]) {
    chmodSync(above, statSync(above).mode | 0o001);
  }
  rmSync(path, { force: true });
  const listening = once(server, "listening");
  server.listen(path);
  await listening;
  chownSync(path, 0, group);
  chmodSync(path, 0o660);
  await checkOpen(machine, path);
}

/** A folder above, which is not ours to open, may keep them out. */
async function checkOpen(machine: Pick<Machine, "run">, path: string): Promise<void> {
  const user = [`--reuid=${FORWARDERS}`, `--regid=${FORWARDERS}`, "--clear-groups", "--"];
  await machine.run("setpriv", [...user, "test", "-w", path]).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(
      `TWINSTACK_STATE: the user ${FORWARDERS}, as whom HAProxy runs, cannot reach ${path}; ` +
        "name a folder below folders that everybody may enter, e.g. /var/lib/twinstack",
    );
  });
}
