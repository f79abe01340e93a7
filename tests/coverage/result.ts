import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import coverage from "istanbul-lib-coverage";
import { report } from "./report.ts";

/** Where the merged counts go, in Istanbul's format, which its reporters read. Not in git. */
export const resultFile = (checkout: string): string => join(checkout, "coverage/coverage-final.json");

/** Prints the table of the last run; false when there is none, or a folder has too few lines covered. */
export async function printReport(checkout: string): Promise<boolean> {
  const file = resultFile(checkout);
  if (!existsSync(file)) {
    process.stderr.write(`nothing was measured in this checkout yet: run "make coverage"\n`);
    return false;
  }
  const counts = JSON.parse(await readFile(file, "utf8")) as coverage.CoverageMapData;
  const { text, enough } = report(coverage.createCoverageMap(counts), checkout);
  process.stdout.write(text);
  return enough;
}
