import { readdir, readFile } from "node:fs/promises";
import type { Profiler } from "node:inspector";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mergeProcessCovs, type ProcessCounts } from "@bcoe/v8-coverage";

/** V8's counts of one file: ranges of offsets in its source. Node strips types without moving anything. */
export type Ranges = readonly Profiler.CoverageRange[];

/** How many processes' counts are held at once: each batch is merged before the next is read. */
const BATCH = 50;

/** What all processes that wrote to `folder` counted, by file, of the given files only. */
export async function childCounts(
  folder: string,
  files: ReadonlySet<string>,
): Promise<{ readonly processes: number; readonly counts: ReadonlyMap<string, Ranges> }> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  let merged: ProcessCounts = { result: [] };
  for (let first = 0; first < names.length; first += BATCH) {
    const batch = names.slice(first, first + BATCH).map((name) => readCounts(join(folder, name), files));
    merged = mergeProcessCovs([merged, ...(await Promise.all(batch))]);
  }
  const counts = merged.result.map(
    ({ url, functions }) => [fileURLToPath(url), functions.flatMap(rangesOf)] as const,
  );
  return { processes: names.length, counts: new Map(counts) };
}

async function readCounts(path: string, files: ReadonlySet<string>): Promise<ProcessCounts> {
  const { result } = JSON.parse(await readFile(path, "utf8")) as ProcessCounts;
  return {
    result: result.filter(({ url }) => url.startsWith("file://") && files.has(fileURLToPath(url))),
  };
}

/**
 * A function's first range is the whole of it. What begins where it does is the declaration that holds it, as in
 * `const name = () => …`: that runs though the function may not. The script itself is a function that begins at 0.
 */
function rangesOf({ ranges }: Profiler.FunctionCoverage): Ranges {
  const [whole, ...blocks] = ranges;
  if (whole === undefined || whole.startOffset === 0) return ranges;
  return [{ ...whole, startOffset: whole.startOffset + 1 }, ...blocks];
}

/** How often what begins at an offset ran: the count of the smallest range around it. */
export function countAt(offset: number, ranges: Ranges): number {
  let smallest: Profiler.CoverageRange | undefined;
  for (const range of ranges) {
    const around = range.startOffset <= offset && offset < range.endOffset;
    if (around && (smallest === undefined || sizeOf(range) <= sizeOf(smallest))) smallest = range;
  }
  return smallest?.count ?? 0;
}

const sizeOf = ({ startOffset, endOffset }: Profiler.CoverageRange): number => endOffset - startOffset;
