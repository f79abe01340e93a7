import { join } from "node:path";
import { CommandError } from "./command.ts";
import { goEnvironment, goProgram } from "./go.ts";
import { linkerFlags, type ModuleGroup, type Tool } from "./tools.ts";
import { run } from "./run.ts";

/** Go says which module it downloads next, not how far it is. */
const DOWNLOAD_SILENT_MS = 15 * 60_000;
/** Of the largest package, on a machine that emulates another one. */
const COMPILE_SILENT_MS = 60 * 60_000;

/**
 * Builds tools of one module group into `folder` with `go build`; `progress` is told how many packages are compiled.
 * Rejects with the compiler's last lines.
 */
export async function build(
  group: ModuleGroup,
  tools: readonly Tool[],
  folder: string,
  progress: (message: string) => void,
): Promise<void> {
  const cwd = join(import.meta.dirname, "modules", group);
  const packages = tools.map((tool) => tool.package);
  const env = goEnvironment(folder);
  progress(`reading the modules of ${tools.map((tool) => tool.name).join(", ")}`);
  const go = await goProgram(folder);
  const listed = await run(go, ["list", "-deps", ...packages], { cwd, env, silentMs: DOWNLOAD_SILENT_MS });
  const total = new Set(listed.split("\n")).size;
  const flags = ["-s", "-w", ...linkerFlags[group]].join(" ");
  const tail: string[] = [];
  let compiled = 0;
  const building = run(go, ["build", "-v", "-trimpath", "-ldflags", flags, "-o", `${folder}/`, ...packages], {
    cwd,
    env,
    silentMs: COMPILE_SILENT_MS,
    onErrorLine(line) {
      tail.push(line);
      if (tail.length > 20) tail.shift();
      compiled += 1;
      progress(`compiled ${compiled} of at most ${total} packages`);
    },
  });
  await building.catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(`go build in ${group} failed:\n${tail.join("\n") || error.message}`, { cause: error });
  });
}
