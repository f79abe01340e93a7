import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** When the newest source file below the folder was changed, in milliseconds since 1970; 0 when there is none. */
export function newestSource(folder: string): number {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter(
    (entry) => entry.isFile() && /(?<!\.test)\.(ts|json)$/.test(entry.name),
  );
  return Math.max(0, ...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}
