import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheDir } from "../paths.ts";
import { build } from "./build.ts";
import { download, Unreachable } from "./download.ts";
import { withLock } from "./lock.ts";
import { installedPath } from "./tool.ts";
import { tools, type ModuleGroup, type Tool } from "./tools.ts";

type Report = (message: string) => void;

/** The tools that are not in the cache yet. */
export function missingTools(wanted: readonly Tool[] = tools): readonly Tool[] {
  return wanted.filter((tool) => !existsSync(installedPath(tool)));
}

/** Into place in one rename: an interrupted install leaves a tool whole or not at all. */
async function place(tool: Tool, made: string): Promise<void> {
  const target = installedPath(tool);
  await mkdir(dirname(target), { recursive: true });
  await rename(made, target);
}

/** True when the vendor's own build was installed; false when its site cannot be reached or it publishes none. */
async function installRelease(tool: Tool, work: string, report: Report): Promise<boolean> {
  if (tool.release === undefined) return false;
  const folder = join(work, `download-${tool.name}`);
  try {
    await download(tool.release, tool.name, folder);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    report(`${tool.name}: no download (${error.message})`);
    return false;
  }
  await place(tool, join(folder, tool.name));
  report(`${tool.name} ${tool.version}: official release, of the pinned sum`);
  return true;
}

async function installBuilt(
  group: ModuleGroup,
  members: readonly Tool[],
  work: string,
  report: Report,
): Promise<void> {
  report(`building ${members.map((tool) => `${tool.name} ${tool.version}`).join(", ")} from Go modules`);
  const folder = join(work, `build-${group}`);
  await mkdir(folder, { recursive: true });
  await build(group, members, folder, report);
  for (const tool of members) await place(tool, join(folder, tool.builtAs ?? tool.name));
}

/** A run that was killed leaves its work folder; whoever holds the lock may remove it. */
async function removeLeftovers(root: string): Promise<void> {
  for (const entry of await readdir(root)) {
    if (entry.startsWith(".work-")) await rm(join(root, entry), { recursive: true, force: true });
  }
}

/**
 * Installs what is missing: the official release where it can be downloaded, else a build from the Go module.
 * Safe to interrupt; two at once do the work once. Rejects when a sum differs or a build fails.
 */
export async function installTools(report: Report, wanted: readonly Tool[] = tools): Promise<void> {
  if (missingTools(wanted).length === 0) return;
  const root = join(cacheDir(), "tools");
  await withLock(
    join(root, ".lock"),
    () => report("another run is installing tools: waiting for it"),
    async () => {
      await removeLeftovers(root);
      const work = await mkdtemp(join(root, ".work-"));
      try {
        let online = true;
        const toBuild: Tool[] = [];
        for (const tool of missingTools(wanted)) {
          // One refusal says it for all: asking every vendor costs a time-out each.
          const installed = online && (await installRelease(tool, work, report));
          if (!installed && tool.release !== undefined) online = false;
          if (!installed) toBuild.push(tool);
        }
        for (const [group, members] of Map.groupBy(toBuild, (tool) => tool.group)) {
          await installBuilt(group, members, work, report);
        }
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
  );
}
