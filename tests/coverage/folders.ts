import { glob } from "node:fs/promises";
import { join } from "node:path";

/** What is measured, each folder by itself. */
export const FOLDERS = [
  "infra",
  "stacks",
  "local/provider",
  "local/aws",
  "local/kubernetes",
  "local/random",
  // What the pages do runs in a browser, where nothing is counted: app/web/browser.test.ts uses them there.
  "app/api",
  "app/migrations",
] as const;

/** Tests and what only tests import. */
const NOT_MEASURED = ["**/*.test.ts", "**/testing/**", "**/testing.ts", "local/kubernetes/test-cluster.ts"];

/** The measured source files of a folder of the checkout, by absolute path, sorted. */
export async function measuredFiles(checkout: string, folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const path of glob(`${folder}/**/*.ts`, { cwd: checkout, exclude: NOT_MEASURED })) {
    paths.push(join(checkout, path));
  }
  return paths.sort();
}
