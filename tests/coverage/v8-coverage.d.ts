/** The part that is used of a package that ships no types. */
declare module "@bcoe/v8-coverage" {
  import type { Profiler } from "node:inspector";

  export interface ProcessCounts {
    readonly result: readonly Profiler.ScriptCoverage[];
  }

  /** The counts of several processes as one; what it is given may be changed by it. */
  export function mergeProcessCovs(counts: readonly ProcessCounts[]): ProcessCounts;
}
