import { debianPackages, missingPackages } from "../toolchain/debian.ts";
import { minimumGo } from "../toolchain/build.ts";
import { missingTools } from "../toolchain/install.ts";
import { run } from "../toolchain/run.ts";
import { tools, type Tool } from "../toolchain/tools.ts";
import { blocks, missing, ok, type Check } from "./check.ts";

export function checkTools(absent: readonly { readonly name: string; readonly version: string }[]): Check {
  if (absent.length === 0) return ok("toolchain", `${tools.length} tools in the cache`);
  const names = absent.map((tool) => `${tool.name} ${tool.version}`).join(", ");
  return missing("toolchain", `not in the cache: ${names}`, '"make up" downloads or builds them');
}

export function checkPackages(absent: readonly string[]): Check {
  return absent.length === 0
    ? ok("Debian packages", `${debianPackages.length} installed`)
    : missing(
        "Debian packages",
        `not installed: ${absent.join(", ")}`,
        '"make up" installs them; no service is started',
      );
}

const asNumber = (version: string): number => {
  const [major, minor] = version.split(".").map(Number);
  return (major ?? 0) * 1000 + (minor ?? 0);
};

/** `goVersion` as `go version` prints it, undefined when there is no Go. Go matters only while tools are missing. */
export function checkGo(goVersion: string | undefined, needed: boolean): Check {
  const version = /go(\d+\.\d+)/.exec(goVersion ?? "")?.[1];
  if (version !== undefined && asNumber(version) >= asNumber(minimumGo)) return ok("Go", version);
  const found = version ?? "none on PATH";
  return needed
    ? blocks(
        "Go",
        found,
        `install Go ${minimumGo} or later: it builds (or fetches the Go that builds) what cannot be downloaded`,
      )
    : ok("Go", `${found}; not needed, every tool is in the cache`);
}

/** What is not there yet. */
export interface Absent {
  readonly tools: readonly Tool[];
  readonly packages: readonly string[];
}

/** What of the toolchain and of Debian's packages is not on this machine yet. */
export async function whatIsAbsent(): Promise<Absent> {
  return { tools: missingTools(), packages: await missingPackages(debianPackages) };
}

/** Checks of what is installed. */
export async function toolChecks(absent: Absent): Promise<readonly Check[]> {
  const go = await run("go", ["version"]).catch(() => undefined);
  return [checkTools(absent.tools), checkPackages(absent.packages), checkGo(go, absent.tools.length > 0)];
}
