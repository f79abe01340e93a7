import { isAtLeast, minimumGo, parseGoVersion } from "../toolchain/go.ts";
import { run } from "../toolchain/run.ts";
import { tools, type Tool } from "../toolchain/tools.ts";
import { blocks, missing, ok, type Check } from "./check.ts";

export function checkTools(absent: readonly { readonly name: string; readonly version: string }[]): Check {
  if (absent.length === 0) return ok("toolchain", `${tools.length} tools in the cache`);
  const names = absent.map((tool) => `${tool.name} ${tool.version}`).join(", ");
  return missing("toolchain", `not in the cache: ${names}`, '"make up" downloads or builds them');
}

/** `goVersion` as `go version` prints it, undefined when there is no Go. Go matters only while tools are missing. */
export function checkGo(goVersion: string | undefined, needed: boolean): Check {
  const version = parseGoVersion(goVersion ?? "");
  if (version !== undefined && isAtLeast(version, minimumGo)) return ok("Go", version);
  const found = version ?? "none on PATH";
  return needed
    ? blocks(
        "Go",
        `${found}; it builds the tools that cannot be downloaded`,
        `install Go ${minimumGo} or later ("apt-get install --no-install-recommends golang-go" on Debian 12): it fetches the Go that builds`,
      )
    : ok("Go", `${found}; not needed, every tool is in the cache`);
}

/** Checks of the toolchain. `absent`: the tools that are not in the cache. */
export async function toolChecks(absent: readonly Tool[]): Promise<readonly Check[]> {
  const go = await run("go", ["version"]).catch(() => undefined);
  return [checkTools(absent), checkGo(go, absent.length > 0)];
}
