import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../paths.ts";
import { tools, type Tool } from "./tools.ts";

/** Where a tool lies in the cache: one folder a version, so that a checkout of another version keeps its own. */
export function installedPath(tool: Tool): string {
  return join(cacheDir(), "tools", `${tool.name}-${tool.version}`, tool.name);
}

/** The pinned tool of that name. Throws for a name that is not in the table. */
export function findTool(name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) {
    throw new Error(`no tool named "${name}": one of ${tools.map((each) => each.name).join(", ")}`);
  }
  return tool;
}

/**
 * The path of an installed tool. `TWINSTACK_TOOLS`, a folder of programs, wins over the cache.
 * Throws when it is not there, with what to run.
 */
export function toolPath(name: string): string {
  const override = process.env["TWINSTACK_TOOLS"];
  const path = override === undefined ? installedPath(findTool(name)) : join(override, name);
  if (!existsSync(path)) {
    throw new Error(
      `${name} is not installed at ${path}: run "make doctor" to see why, or "make up" to install it`,
    );
  }
  return path;
}
