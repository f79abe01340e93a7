import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const app = join(import.meta.dirname, "../../..");
const vite = join(app, "../node_modules/vite/bin/vite.js");

/** What the image holds in /app: package.json and what `npm run build` makes. No node_modules are in reach. */
export function buildImageFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "twinstack-image-"));
  const build = (config: string, outDir: string): void => {
    const args = ["build", "--config", join(app, config), "--outDir", outDir, "--emptyOutDir"];
    execFileSync(process.execPath, [vite, ...args, "--logLevel", "warn"], { cwd: app, stdio: "pipe" });
  };
  build("api/vite.config.ts", path);
  build("web/vite.config.ts", join(path, "web"));
  copyFileSync(join(app, "package.json"), join(path, "package.json"));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
