import { existsSync, statSync, statfsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { imagesDir } from "../image/buildah.ts";
import { cacheDir, runDir, stateDir } from "../paths.ts";
import { run } from "../toolchain/run.ts";
import type { Check } from "./check.ts";
import { checkSpace, type Filesystem, type Need } from "./space.ts";

const mebibyte = 1024 ** 2;

/** What each thing takes in all, measured with `du` (docs/benchmarks.md) and rounded up. */
const inAll = {
  /** Of a minimal Debian, with the archives that apt keeps. */
  packages: { bytes: 600 * mebibyte, files: 12_000 },
  tools: { bytes: 850 * mebibyte, files: 100 },
  /** Modules and build cache of Go; nothing where every tool is downloaded or in the cache. */
  "Go's caches": { bytes: 9_000 * mebibyte, files: 200_000 },
  images: { bytes: 600 * mebibyte, files: 10_000 },
  /** An app image more. */
  "app image": { bytes: 200 * mebibyte, files: 5_000 },
  state: { bytes: 2_000 * mebibyte, files: 60_000 },
  "process records": { bytes: 16 * mebibyte, files: 2_000 },
} as const;

/** A running stack grows: logs, write-ahead log, images of a release more. */
const growth = { bytes: 200 * mebibyte, files: 5_000 };

/** What is there already, and so takes no room any more. */
export interface Present {
  /** Shares of what is missing, 0 to 1. */
  readonly missingPackages: number;
  readonly missingTools: number;
  readonly images: boolean;
  /** What lies in the state folder and in Go's caches. */
  readonly stateBytes: number;
  readonly goBytes: number;
}

/** What has to find room now, and where. */
export function spaceNeeds(present: Present): readonly Need[] {
  const need = (what: keyof typeof inAll, path: string, share = 1): Need => ({
    what,
    path,
    bytes: Math.ceil(inAll[what].bytes * share),
    files: Math.ceil(inAll[what].files * share),
  });
  const rest = (what: keyof typeof inAll, bytes: number): number =>
    Math.max(0, 1 - bytes / inAll[what].bytes);
  const state = need("state", stateDir(), rest("state", present.stateBytes));
  const needs = [
    need("packages", "/usr", present.missingPackages),
    need("tools", join(cacheDir(), "tools"), present.missingTools),
    need("Go's caches", goCache(), present.missingTools > 0 ? rest("Go's caches", present.goBytes) : 0),
    need(present.images ? "app image" : "images", imagesDir()),
    { ...state, bytes: Math.max(state.bytes, growth.bytes), files: Math.max(state.files, growth.files) },
    need("process records", runDir()),
  ];
  return needs.filter(({ bytes }) => bytes > 0);
}

const goCache = (): string =>
  process.env["GOCACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "go-build");
const goModules = (): string =>
  process.env["GOMODCACHE"] ?? join(process.env["GOPATH"]?.split(":")[0] ?? join(homedir(), "go"), "pkg/mod");

function existingParent(path: string): string {
  return existsSync(path) ? path : existingParent(dirname(path));
}

const btrfs = 0x9123683e;

/** The filesystem that a file at `path` would be made on. */
export function filesystemAt(path: string): Filesystem {
  const parent = existingParent(path);
  const { type, bsize, blocks, bavail, files, ffree } = statfsSync(parent);
  return {
    // Subvolumes of btrfs have device numbers of their own and share the room.
    id: type === btrfs ? `btrfs ${blocks}` : String(statSync(parent).dev),
    bytesFree: bavail * bsize,
    filesFree: files === 0 ? undefined : ffree,
  };
}

/** Bytes below a folder, without what is mounted there; 0 when it is not there. */
async function bytesBelow(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  return Number.parseInt(await run("du", ["--summarize", "--one-file-system", "--block-size=1", path]), 10);
}

/**
 * Whether what has to find room now finds it, filesystem by filesystem. What lies in the state folder and in Go's caches is
 * counted only where it matters: that takes seconds.
 */
export async function spaceChecks(shares: {
  readonly missingPackages: number;
  readonly missingTools: number;
}): Promise<readonly Check[]> {
  const images = existsSync(join(imagesDir(), "storage/vfs-images/images.json"));
  const nothing = { ...shares, images, stateBytes: 0, goBytes: 0 };
  const checks = checkSpace(spaceNeeds(nothing), filesystemAt);
  if (checks.every(({ state }) => state === "ok")) return checks;
  const goBytes =
    shares.missingTools > 0 ? (await bytesBelow(goCache())) + (await bytesBelow(goModules())) : 0;
  return checkSpace(
    spaceNeeds({ ...nothing, stateBytes: await bytesBelow(stateDir()), goBytes }),
    filesystemAt,
  );
}
