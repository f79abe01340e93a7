import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { goEnvironment, goProgram } from "./go.ts";
import { linkerFlags, type ModuleGroup, type Tool } from "./tools.ts";
import { run } from "./run.ts";

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
  const total = new Set((await run(go, ["list", "-deps", ...packages], { cwd, env })).split("\n")).size;
  const flags = ["-s", "-w", ...linkerFlags[group]].join(" ");
  const child = spawn(go, ["build", "-v", "-trimpath", "-ldflags", flags, "-o", `${folder}/`, ...packages], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const tail: string[] = [];
  let compiled = 0;
  createInterface(child.stderr).on("line", (line) => {
    tail.push(line);
    if (tail.length > 20) tail.shift();
    compiled += 1;
    progress(`compiled ${compiled} of at most ${total} packages`);
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`go build in ${group} failed:\n${tail.join("\n")}`);
}
