import { relative } from "node:path";
import type { CoverageMap } from "istanbul-lib-coverage";
import { FOLDERS } from "./folders.ts";

/** Percent of the lines of each folder that a test has to run. */
export const REQUIRED = 85;

/** Files listed below the table: those with most lines that no test ran. */
const WORST = 15;

interface Row {
  readonly name: string;
  readonly covered: number;
  readonly total: number;
  readonly percent: number;
}

function row(name: string, files: readonly { readonly covered: number; readonly total: number }[]): Row {
  const covered = files.reduce((sum, file) => sum + file.covered, 0);
  const total = files.reduce((sum, file) => sum + file.total, 0);
  return { name, covered, total, percent: total === 0 ? 0 : (100 * covered) / total };
}

function text({ name, covered, total, percent }: Row, note: string): string {
  return `  ${name.padEnd(44)} ${`${covered}`.padStart(5)} / ${`${total}`.padStart(5)} ${percent.toFixed(1).padStart(6)} %${note}\n`;
}

/** A table of the folders, the worst files, and whether every folder has enough. */
export function report(
  map: CoverageMap,
  checkout: string,
): { readonly text: string; readonly enough: boolean } {
  const files = map.files().map((path) => {
    const { covered, total } = map.fileCoverageFor(path).toSummary().lines;
    return { ...row(relative(checkout, path), [{ covered, total }]), missed: uncovered(map, path) };
  });
  const folders = FOLDERS.map((folder) =>
    row(
      folder,
      files.filter(({ name }) => name.startsWith(`${folder}/`)),
    ),
  );
  const worst = files
    .filter(({ covered, total }) => covered < total)
    .sort((one, other) => other.total - other.covered - (one.total - one.covered))
    .slice(0, WORST);
  const lines = [
    "lines that a test ran, of those that can run\n",
    ...folders.map((folder) => text(folder, folder.percent < REQUIRED ? `  below ${REQUIRED} %` : "")),
    "most lines not run\n",
    ...worst.map((file) => text(file, `  ${file.missed}`)),
  ];
  return { text: lines.join(""), enough: folders.every(({ percent }) => percent >= REQUIRED) };
}

/** The lines not run, neighbours joined: `12, 40-44`. */
function uncovered(map: CoverageMap, path: string): string {
  const runs: { first: number; last: number }[] = [];
  for (const line of map.fileCoverageFor(path).getUncoveredLines().map(Number)) {
    const run = runs.at(-1);
    if (run !== undefined && line === run.last + 1) run.last = line;
    else runs.push({ first: line, last: line });
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}
