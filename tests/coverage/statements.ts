import { readFile } from "node:fs/promises";
import coverage from "istanbul-lib-coverage";
import { createInstrumenter } from "istanbul-lib-instrument";
import { countAt, type Ranges } from "./child-counts.ts";

/**
 * A file's own statements and how often they ran: what child processes counted, and what jest did in its own process.
 * The statements are those of the TypeScript source: types, comments and blank lines cannot run and are not counted.
 *
 * @param children ranges of offsets, none for a file that no child process loaded
 * @param own jest's counts by line, of code it has transformed
 */
export async function statementCounts(
  file: string,
  children: Ranges,
  own: Readonly<Record<number, number>>,
): Promise<coverage.FileCoverage> {
  const source = await readFile(file, "utf8");
  const instrumenter = createInstrumenter({ esModules: true, parserPlugins: ["typescript"] });
  instrumenter.instrumentSync(source, file);
  const { statementMap } = instrumenter.lastFileCoverage();
  const lineStarts = startsOfLines(source);
  const counts = Object.entries(statementMap).map(([id, { start }]) => {
    const offset = (lineStarts[start.line - 1] ?? 0) + start.column;
    return [id, countAt(offset, children) + (own[start.line] ?? 0)] as const;
  });
  return coverage.createFileCoverage({
    path: file,
    statementMap,
    s: Object.fromEntries(counts),
    fnMap: {},
    f: {},
    branchMap: {},
    b: {},
  });
}

function startsOfLines(source: string): readonly number[] {
  return [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
}
