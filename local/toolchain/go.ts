import { chmod, readdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";

/** Go that can fetch, as a module, the Go that builds the toolchain. Debian 12 has this one. */
export const minimumGo = "1.19";
/** From here on Go fetches a newer Go by itself. */
const fetchesItself = "1.21";

/** The Go that builds the toolchain where an older one is on PATH: the module of Go's own toolchain, with its sum. */
const toolchain = {
  module: "golang.org/toolchain@v0.0.1-go1.26.0.linux-amd64",
  sum: "h1:1p2G5COR51f8Q3EQ4HLJQDDL2ytLEqfL/yTawB0Jr8w=",
};

/** The toolchain is one archive of some 70 MB, and Go says nothing while it fetches that. */
const DOWNLOAD_MS = 60 * 60_000;

const asNumber = (version: string): number => {
  const [major, minor] = version.split(".").map(Number);
  return (major ?? 0) * 1000 + (minor ?? 0);
};

/** Whether Go `version` is `other` or later; major and minor alone count. */
export const isAtLeast = (version: string, other: string): boolean => asNumber(version) >= asNumber(other);

/** `go version go1.19.8 linux/amd64` → `1.19`; undefined for anything else. */
export const parseGoVersion = (text: string): string | undefined => /go(\d+\.\d+)/.exec(text)?.[1];

/** What Go is called with; `folder` takes what it throws away afterwards, which can be more than a /tmp in memory holds. */
export const goEnvironment = (folder: string): NodeJS.ProcessEnv => {
  // A GOROOT of the user's belongs to the user's Go.
  const { GOROOT: _, ...inherited } = process.env;
  return {
    ...inherited,
    CGO_ENABLED: "0",
    GOTMPDIR: folder,
    // The committed go.sum is what counts; a user's own flags could let other versions in.
    GOFLAGS: "-mod=readonly -buildvcs=false",
    // Distributions set "local", with which an older Go refuses to fetch the one that a go.mod asks for.
    GOTOOLCHAIN: "auto",
  };
};

/**
 * The path of a Go that builds the toolchain: the one on PATH where it is new enough to fetch its successor, else one that it
 * downloads as a module. Rejects when there is no Go, and when the module's sum is not the pinned one.
 */
export async function goProgram(folder: string, runCommand: typeof run = run): Promise<string> {
  const options = { cwd: folder, env: goEnvironment(folder) };
  const version = parseGoVersion(await runCommand("go", ["version"], options));
  if (version !== undefined && isAtLeast(version, fetchesItself)) return "go";
  const download = ["mod", "download", "-json", toolchain.module];
  const answer = await runCommand("go", download, { ...options, timeoutMs: DOWNLOAD_MS });
  const { Dir, Sum } = JSON.parse(answer) as { readonly Dir: string; readonly Sum: string };
  if (Sum !== toolchain.sum) {
    throw new Error(
      `${toolchain.module}: its sum is ${Sum}, not ${toolchain.sum}. It is not used; remove ${Dir}`,
    );
  }
  // Modules hold no executable bits; newer Go sets them itself.
  const bin = join(Dir, "bin");
  const tools = join(Dir, "pkg/tool/linux_amd64");
  for (const each of [bin, tools]) {
    for (const file of await readdir(each)) await chmod(join(each, file), 0o555);
  }
  return join(bin, "go");
}
