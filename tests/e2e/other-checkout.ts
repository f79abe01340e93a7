import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "./doorway.ts";

/** A second checkout of the same commit, for as long as `work` takes. */
export async function withOtherCheckout<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), "twinstack-other-"));
  const folder = join(parent, "clone");
  try {
    execFileSync("git", ["clone", "--quiet", checkout, folder]);
    symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
    return await work(folder);
  } finally {
    rmSync(parent, { recursive: true });
  }
}
