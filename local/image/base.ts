import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../toolchain/run.ts";
import { bud, hasImage, imagesDir } from "./buildah.ts";

/** Debian 12's packages that Node's binary needs, and the certificates and time zones that programs expect. */
const packages = ["libc6", "libstdc++6", "ca-certificates", "tzdata"];

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
    await run("mmdebstrap", [
      "--quiet",
      "--variant=extract",
      `--include=${packages.join(",")}`,
      "bookworm",
      join(context, "base.tar"),
    ]);
    await copyFile(nodeBinary, join(context, "node"));
    await bud(context, join(import.meta.dirname, "base.Dockerfile"), name);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
  return name;
}
