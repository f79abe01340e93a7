import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
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
  `--extract-hook=mkdir -p "$1/etc/ssl/certs" "$1/tmp" && chmod 1777 "$1/tmp" && cat "$1"/usr/share/ca-certificates/mozilla/*.crt > "${certificates}"`,
  "--dpkgopt=path-exclude=/usr/share/doc/*",
  "--dpkgopt=path-exclude=/usr/share/man/*",
  "--dpkgopt=path-exclude=/usr/share/locale/*",
];

/**
 * The base image: what `node:24-bookworm-slim` is where a registry of images can be reached. Made from Debian's
 * packages and the pinned Node, once per Node version. Answers its name.
 */
export async function ensureBaseImage(
  nodeBinary: string,
  report: (message: string) => void,
): Promise<string> {
  const version = (await run(nodeBinary, ["--version"])).trim();
  const name = `localhost/twinstack/base:node-${version}`;
  if (await hasImage(name)) return name;
  report(`base image: Debian 12, ${packages.join(", ")}, Node ${version}`);
  await mkdir(imagesDir(), { recursive: true });
  const context = await mkdtemp(join(imagesDir(), ".base-"));
  try {
    await run("mmdebstrap", [...mmdebstrapFlags, "bookworm", join(context, "base.tar")], {
      env: { ...process.env, SOURCE_DATE_EPOCH: "0" },
      // It names its steps; the longest is the download of a few packages.
      silentMs: 15 * 60_000,
    });
    await copyFile(nodeBinary, join(context, "node"));
    await bud(context, join(import.meta.dirname, "base.Dockerfile"), name);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
  return name;
}
