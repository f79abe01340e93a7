import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { setGlobalProxyFromEnv } from "node:http";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { run } from "./run.ts";
import type { Release } from "./tools.ts";

/** The vendor's site cannot be reached: the tool is built instead. A wrong sum is never this. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Until the vendor answers at all. */
const answerTimeoutMs = 8_000;
const downloadTimeoutMs = 600_000;

/** Fetches `url` into the file `path`, through the proxy that the environment names. Rejects with `Unreachable`. */
async function fetchInto(url: string, path: string): Promise<void> {
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(new Error("no answer in time")), answerTimeoutMs);
  let direct = (): void => undefined;
  try {
    // fetch alone asks no proxy.
    direct = setGlobalProxyFromEnv(process.env);
    const signal = AbortSignal.any([slow.signal, AbortSignal.timeout(downloadTimeoutMs)]);
    const response = await fetch(url, { signal, redirect: "follow" });
    clearTimeout(timer);
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    await pipeline(Readable.fromWeb(response.body as ReadableStream<Uint8Array>), createWriteStream(path));
  } catch (error) {
    throw new Unreachable(`${url}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    direct();
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/**
 * Downloads a release into `folder` and leaves the program there as `name`, executable.
 * Throws `Unreachable` when the site does not answer, or stops answering, and Error when the sum is not the pinned one.
 */
export async function download(release: Release, name: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, `${basename(new URL(release.url).pathname)}.download`);
  await fetchInto(release.url, archive);
  const actual = await sha256(archive);
  if (actual !== release.sha256) {
    await rm(archive);
    throw new Error(
      `${release.url}: SHA-256 is ${actual}, pinned is ${release.sha256}. Nothing was installed. ` +
        "Try again; if it stays so, the file was changed at its vendor or on its way here.",
    );
  }
  const target = join(folder, name);
  if (release.member === undefined) {
    await rename(archive, target);
  } else {
    await run("tar", ["-xzf", archive, "-C", folder, "--transform", `s|.*|${name}|`, release.member]);
  }
  await chmod(target, 0o755);
}
