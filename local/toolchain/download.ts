import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { run } from "./run.ts";
import type { Release } from "./tools.ts";

/** The vendor's site cannot be reached: the tool is built instead. A wrong checksum is never this. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

const connectTimeoutMs = 8_000;
const downloadTimeoutMs = 600_000;

async function get(url: string, timeoutMs: number): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: "follow" });
  } catch (error) {
    throw new Unreachable(`${url}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (!response.ok) throw new Unreachable(`${url}: HTTP ${response.status}`);
  return response;
}

/** The SHA-256 for `file` out of a vendor's checksum text; throws when the text has none. */
export function parseChecksum(text: string, file: string): string {
  for (const line of text.split("\n")) {
    const [sum, name] = line.trim().split(/\s+/);
    if (sum === undefined || !/^[0-9a-f]{64}$/i.test(sum)) continue;
    if (name === undefined || basename(name.replace(/^\*/, "")) === file) return sum.toLowerCase();
  }
  throw new Error(`the vendor's checksum file has no SHA-256 for ${file}`);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/**
 * Downloads a release into `folder` and leaves the program there as `name`, executable.
 * Throws `Unreachable` when the site does not answer, and Error when the checksum differs.
 */
export async function download(release: Release, name: string, folder: string): Promise<void> {
  const file = basename(new URL(release.url).pathname);
  const checksums = await (await get(release.checksumUrl, connectTimeoutMs)).text();
  const expected = parseChecksum(checksums, file);
  const response = await get(release.url, downloadTimeoutMs);
  if (response.body === null) throw new Unreachable(`${release.url}: empty answer`);
  await mkdir(folder, { recursive: true });
  const archive = join(folder, `${file}.download`);
  await pipeline(Readable.fromWeb(response.body as ReadableStream<Uint8Array>), createWriteStream(archive));
  const actual = await sha256(archive);
  if (actual !== expected) {
    throw new Error(
      `${release.url}: SHA-256 is ${actual}, the vendor says ${expected}. Nothing was installed. ` +
        "Try again; if it stays so, something between this machine and the vendor changes the file.",
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
