import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkout } from "../../../doorways/checkout.ts";
import { run } from "../../../local/toolchain/run.ts";
import { broughtModules } from "./brought.ts";
import { guestUser } from "./guest-files.ts";
import type { Guest } from "./guest.ts";

/** Where one of the two checkouts lies in the guest, and how its owner types a command there. */
export interface Place {
  readonly folder: string;
  readonly user: string;
  /** The line of shell for a command that README has run as root. */
  asRoot(command: string): string;
}

export const places: Readonly<Record<"root" | "home", Place>> = {
  root: {
    folder: "/root/twinstack",
    user: "root",
    asRoot: (command) => `cd /root/twinstack && ${command}`,
  },
  home: {
    folder: `/home/${guestUser}/twinstack`,
    user: guestUser,
    asRoot: (command) => `cd ~/twinstack && sudo ${command}`,
  },
};

/** The committed state, as a file that git clones from. */
async function bundle(folder: string): Promise<Buffer> {
  const file = join(folder, "checkout.bundle");
  try {
    await run("git", ["bundle", "create", "--quiet", file, "HEAD"], { cwd: checkout });
    return await readFile(file);
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * Clones the committed state in the guest, owned by the place's user, and moves node_modules into it: as `npm ci` had
 * left it there. The second checkout takes it from the first.
 */
export async function cloneInto(guest: Guest, place: Place, folder: string): Promise<void> {
  const call = { user: place.user, deadline: 120 };
  const file = `${place.folder}.bundle`;
  // Root may have been all that could log in so far.
  const keys = `install -d -m 700 -o ${place.user} $home/.ssh && install -m 600 -o ${place.user} /root/.ssh/authorized_keys $home/.ssh/`;
  if (place.user !== "root") {
    await guest.read(`home=$(getent passwd ${place.user} | cut -d: -f6) && ${keys}`, { deadline: 60 });
  }
  await guest.read(`cat > ${file}`, { ...call, input: await bundle(folder) });
  await guest.read(`git clone --quiet ${file} ${place.folder} && rm ${file}`, call);
  const modules = `${place.folder}/node_modules`;
  const held = [broughtModules, ...Object.values(places).map((each) => `${each.folder}/node_modules`)];
  const move = `for from in ${held.join(" ")}; do if [ -d $from ]; then mv $from ${modules}; break; fi; done`;
  // Root's it is already.
  const own = place.user === "root" ? "" : `; chown -R ${place.user}: ${modules}`;
  await guest.read(`${move}${own}`, { deadline: 120 });
}
