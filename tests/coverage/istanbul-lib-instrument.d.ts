/** The part that is used of a package that ships no types. */
declare module "istanbul-lib-instrument" {
  import type { FileCoverageData } from "istanbul-lib-coverage";

  export function createInstrumenter(options: {
    readonly esModules: boolean;
    readonly parserPlugins: readonly string[];
  }): {
    instrumentSync(code: string, file: string): string;
    /** The statements of the file that was instrumented last, each with a count of 0. */
    lastFileCoverage(): FileCoverageData;
  };
}
