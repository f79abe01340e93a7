import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkout } from "../../../doorways/checkout.ts";
import { cacheDir } from "../../../local/paths.ts";
import { run } from "../../../local/toolchain/run.ts";

/** Where node_modules lies in the guest until a checkout there takes it. */
export const broughtModules = "/var/cache/twinstack-proof/node_modules";

/** What is brought into the guest so that nothing is built or downloaded there by hours of emulation. */
export interface Brought {
  /** For the report. */
  readonly what: string;
  readonly from: string;
  /** Path in the guest. */
  readonly to: string;
}

/** The tool cache without what this proof keeps in it, and node_modules. */
export function brought(): readonly Brought[] {
  const ofCache = ["tools", "images"].map((name) => ({
    what: `tool cache: ${name}`,
    from: join(cacheDir(), name),
    to: `/root/.cache/twinstack/${name}`,
  }));
  const modules = { what: "node_modules", from: join(checkout, "node_modules"), to: broughtModules };
  return [...ofCache, modules].filter(({ from }) => existsSync(from));
}

/** A text that differs when what is brought differs: the tools' and images' names, times and sizes, the lock file. */
export async function broughtText(): Promise<string> {
  const lines = [await readFile(join(checkout, "package-lock.json"), "utf8")];
  for (const { from, to } of brought()) {
    if (to === broughtModules) continue;
    // Links are not followed: a layer's /dev/fd would lead to this process's own open files.
    const found = await run("find", [from, "-printf", `${to}/%P %s %T@\\n`]);
    lines.push(...found.split("\n").sort());
  }
  return lines.join("\n");
}

/** Puts it all below the guest's root folder, by hard links where both lie on one file system. */
export async function bringInto(root: string): Promise<void> {
  for (const { from, to } of brought()) {
    const target = join(root, to);
    await mkdir(dirname(target), { recursive: true });
    const linked = await run("cp", ["--archive", "--link", from, target]).then(
      () => true,
      () => false,
    );
    if (!linked) {
      await run("rm", ["-rf", target]);
      await run("cp", ["--archive", from, target]);
    }
  }
}
