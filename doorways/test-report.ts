/** What one test file came to. */
export interface FileResult {
  /** Relative to the checkout. */
  readonly file: string;
  /** Tests that passed. */
  readonly passed: number;
  /** Tests that failed; 1 when the file itself failed. */
  readonly failed: number;
  readonly seconds: number;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce<Tally>(
    (total, { passed, failed }) => ({ passed: total.passed + passed, failed: total.failed + failed }),
    { passed: 0, failed: 0 },
  );
}

export interface Repeated {
  /** The results that count: for each file that ran twice, the second. */
  readonly results: readonly FileResult[];
  /** Files that failed first and passed alone. */
  readonly flaky: readonly string[];
  /** A line per file that ran twice, with both results. */
  readonly lines: readonly string[];
}

/**
 * Runs each file that failed once more, alone, by `again`. A failure that is not a file's (jest itself) is not repeated. Rejects
 * as `again` does.
 */
export async function repeatFailed(
  first: readonly FileResult[],
  again: (file: string) => Promise<readonly FileResult[]>,
): Promise<Repeated> {
  const results: FileResult[] = [];
  const flaky: string[] = [];
  const lines: string[] = [];
  for (const result of first) {
    if (result.failed === 0 || !result.file.endsWith(".ts")) {
      results.push(result);
      continue;
    }
    const second = await again(result.file);
    const { passed, failed } = sum(second);
    // A second run without any test proves nothing.
    const recovered = failed === 0 && passed > 0;
    lines.push(
      `${result.file}: first ${result.passed} passed, ${result.failed} failed; alone ${passed} passed, ${failed} failed`,
    );
    if (recovered) flaky.push(result.file);
    results.push(...(recovered || failed > 0 ? second : [result]));
  }
  return { results, flaky, lines };
}

/** The files that took longest, longest first, a line each. */
export function slowest(results: readonly FileResult[], count = 10): readonly string[] {
  return [...results]
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, count)
    .map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${file}`);
}
