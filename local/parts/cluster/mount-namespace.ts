import { existsSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mountsUnder } from "../host/mounts.ts";
import { makeFolder } from "./layout.ts";
import type { NodeLayout } from "./layout.ts";
import type { Run } from "../machine.ts";

/**
 * What the kubelet sets machine-wide when it finds another value. A file over each one answers it inside the node,
 * and the machine's own setting stays. Source: setupKernelTunables in pkg/kubelet/cm/container_manager_linux.go.
 */
const KUBELET_SYSCTLS: Readonly<Record<string, string>> = {
  "vm/overcommit_memory": "1",
  "vm/panic_on_oom": "0",
  "kernel/panic": "10",
  "kernel/panic_on_oops": "1",
  "kernel/keys/root_maxkeys": "1000000",
  "kernel/keys/root_maxbytes": "25000000",
};

/** Written last: a namespace whose making was cut off has none, and is made anew. */
const MADE = ".mounts-made";

/**
 * Runs in the new namespace with $1 run, $2 lib, $3 log, $4 resolv.conf, $5 sysctls. /etc/resolv.conf may be a link
 * into /run, which is the node's own by then. /var/lib comes last: the other sources lie below it by default.
 */
const SETUP = `
mount --make-rshared /
mount --bind "$1" /run
resolv=$(readlink -m /etc/resolv.conf)
[ -e "$resolv" ] || { mkdir -p "$(dirname "$resolv")"; : > "$resolv"; }
mount --bind "$4" "$resolv"
mount --bind "$3" /var/log
cd "$5"
for file in *; do mount --bind "$file" "/proc/sys/$(echo "$file" | tr : /)"; done
mount --bind "$2" /var/lib
: > /run/${MADE}
`;

/**
 * Gives a node a mount namespace of its own, kept by a file, so that its programs can come and go: the mounts of
 * pods and volumes exist only there and end with it. Answers at once when it is there.
 */
export async function ensureMountNamespace(layout: NodeLayout, run: Run): Promise<void> {
  const made = join(layout.run, MADE);
  if (isMountNamespace(layout.mountNamespace) && existsSync(made)) return;
  await removeMountNamespace(layout, run);
  rmSync(made, { force: true });
  for (const folder of [layout.lib, layout.log, layout.run, layout.sysctls]) makeFolder(folder);
  for (const [key, value] of Object.entries(KUBELET_SYSCTLS)) {
    if (!existsSync(join("/proc/sys", key))) continue;
    writeFileSync(join(layout.sysctls, key.replaceAll("/", ":")), `${value}\n`);
  }
  writeFileSync(layout.mountNamespace, "");
  const folders = [layout.run, layout.lib, layout.log, layout.resolvConf, layout.sysctls];
  try {
    await run("unshare", [
      `--mount=${layout.mountNamespace}`,
      ...["--propagation", "private", "--", "sh", "-euc", SETUP, "sh", ...folders],
    ]);
  } catch (error) {
    await removeMountNamespace(layout, run);
    throw error;
  }
}

/** Gone already is success. Its processes must have ended, or the namespace lives on with them. */
export async function removeMountNamespace(layout: NodeLayout, run: Run): Promise<void> {
  if (isMountNamespace(layout.mountNamespace)) await run("umount", [layout.mountNamespace]);
  rmSync(layout.mountNamespace, { force: true });
}

/** The kernel lets a namespace's file live only in a mount that is shared with no other namespace. */
export async function ensureMountsFolder(folder: string, run: Run): Promise<void> {
  makeFolder(folder);
  if (mountsUnder([folder]).includes(folder)) return;
  await run("mount", ["--bind", folder, folder]);
  await run("mount", ["--make-private", folder]);
}

export async function removeMountsFolder(folder: string, run: Run): Promise<void> {
  if (!existsSync(folder)) return;
  if (mountsUnder([folder]).includes(folder)) await run("umount", [folder]);
  rmdirSync(folder);
}

/** The file is a mount of the kernel's nsfs; what a crash cut off is an ordinary file. */
function isMountNamespace(file: string): boolean {
  return existsSync(file) && statSync(file).dev === statSync("/proc/self/ns/mnt").dev;
}
