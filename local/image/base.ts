import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../toolchain/run.ts";
import { bud, hasImage, imagesDir } from "./buildah.ts";

/** Debian 12's packages that Node's binary needs, and the certificates and time zones that programs expect. */
const packages = ["libc6", "libstdc++6", "ca-certificates", "tzdata"];

const certificates = "$1/etc/ssl/certs/ca-certificates.crt";
const mmdebstrapFlags = [
  "--variant=extract",
  `--include=${packages.join(",")}`,
  // No package is configured in this variant, so the bundle of certificates is put together here.
  `--extract-hook=umask 022 && mkdir -p "$1/etc/ssl/certs" "$1/tmp" && chmod 1777 "$1/tmp" && cat "$1"/usr/share/ca-certificates/mozilla/*.crt > "${certificates}"`,
  "--dpkgopt=path-exclude=/usr/share/doc/*",
  "--dpkgopt=path-exclude=/usr/share/man/*",
  "--dpkgopt=path-exclude=/usr/share/locale/*",
];

/**
 * Of a base's files, those of the machine that made it: its name, its name server, its mirrors and proxy, and what apt noted. They
 * would give each machine another digest, and the app's pods a stranger's name server.
 */
const machineFiles = /^\.\/(etc\/(hostname|resolv\.conf|apt\/.*)|var\/(cache|lib)\/apt\/.*|var\/log\/.*)$/;

/** Those members of a base's archive that must not stay in it. */
export function ofTheMachine(members: readonly string[]): readonly string[] {
  return members.filter((path) => machineFiles.test(path));
}

const dockerfile = join(import.meta.dirname, "base.Dockerfile");

/** A name for how a base is made: one that was made in another way stays unused. */
async function recipe(): Promise<string> {
  const parts = [...mmdebstrapFlags, machineFiles.source, await readFile(dockerfile, "utf8")];
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 8);
}

/**
 * The base image: what `node:24-bookworm-slim` is where a registry of images can be reached. Made from Debian's
 * packages of the day and the pinned Node, once per Node version. Answers its name.
 */
export async function ensureBaseImage(
  nodeBinary: string,
  report: (message: string) => void,
): Promise<string> {
  const version = (await run(nodeBinary, ["--version"])).trim();
  const name = `localhost/twinstack/base:node-${version}-${await recipe()}`;
  if (await hasImage(name)) return name;
  report(`base image: Debian 12, ${packages.join(", ")}, Node ${version}`);
  await mkdir(imagesDir(), { recursive: true });
  const context = await mkdtemp(join(imagesDir(), ".base-"));
  try {
    const archive = join(context, "base.tar");
    await run("mmdebstrap", [...mmdebstrapFlags, "bookworm", archive], {
      // The order in which a shell lists files is the language's.
      env: { ...process.env, LC_ALL: "C", SOURCE_DATE_EPOCH: "0" },
      // It names its steps; the longest is the download of a few packages.
      silentMs: 15 * 60_000,
    });
    const members = (await run("tar", ["--list", "--file", archive])).split("\n");
    await run("tar", ["--delete", "--file", archive, "--no-recursion", ...ofTheMachine(members)]);
    await copyFile(nodeBinary, join(context, "node"));
    await chmod(join(context, "node"), 0o755);
    await bud(context, dockerfile, name);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
  return name;
}
