import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cpuJob } from "./clock.ts";

/** The person below whose home the second checkout lies; may become root by sudo without a password, as cloud images have it. */
export const guestUser = "ada";

/** Commands that finish the installed root, run in it by its own programs. */
export const finishingCommands = [
  "systemctl enable systemd-networkd",
  `useradd --create-home --shell /bin/bash ${guestUser}`,
];

/** Takes init's place in the boot that measures how fast the guest is. */
export const measuringProgram = "/var/cache/twinstack-proof/measure";

const measuring = cpuJob.map((word) => `'${word}'`).join(" ");

/** What an installer would write: names, the network by DHCP, the root file system, who may use sudo; and the measuring program. */
const files: Readonly<Record<string, string>> = {
  "etc/hostname": "twinstack-vm\n",
  "etc/hosts": "127.0.0.1 localhost\n127.0.1.1 twinstack-vm\n::1 localhost ip6-localhost ip6-loopback\n",
  // Inode tables are zeroed by whoever has time for it; under emulation nobody has.
  "etc/fstab": "/dev/vda / ext4 rw,relatime,noinit_itable 0 0\n",
  "etc/systemd/network/80-dhcp.network": "[Match]\nName=en* eth*\n\n[Network]\nDHCP=yes\n",
  [`etc/sudoers.d/${guestUser}`]: `${guestUser} ALL=(ALL) NOPASSWD: ALL\n`,
  // What a kernel says in the middle of a line goes into another one.
  [measuringProgram.slice(1)]:
    `#!/bin/sh\nfor round in 1 2 3; do t=$(${measuring}); printf '\\nmeasured %s\\n' "$t"; done\n`,
};

/** All of the files, for the key of an image that holds them. */
export const guestFilesText = JSON.stringify(files);

/** Permissions of the files for which the usual ones will not do. */
const modes: readonly (readonly [RegExp, number])[] = [
  [/^etc\/sudoers\.d\//, 0o440],
  [/\/measure$/, 0o755],
];

/** Writes the files into the guest's root folder. */
export async function writeGuestFiles(root: string): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, {
      mode: modes.find(([which]) => which.test(path))?.[1] ?? 0o644,
    });
  }
}
