import { repeatFailed, slowest, sum, type FileResult } from "./test-report.ts";

const result = (file: string, passed: number, failed: number, seconds = 1): FileResult => ({
  file,
  passed,
  failed,
  seconds,
});

async function repeat(
  first: readonly FileResult[],
  second: Readonly<Record<string, readonly FileResult[]>>,
): Promise<{ asked: readonly string[]; repeated: Awaited<ReturnType<typeof repeatFailed>> }> {
  const asked: string[] = [];
  const repeated = await repeatFailed(first, async (file) => {
    asked.push(file);
    return second[file] ?? [];
  });
  return { asked, repeated };
}

it("repeats no file when all passed", async () => {
  const first = [result("a.test.ts", 3, 0), result("b.test.ts", 2, 0)];
  const { asked, repeated } = await repeat(first, {});
  expect(asked).toEqual([]);
  expect(repeated).toEqual({ results: first, flaky: [], lines: [] });
});

it("lists a file that passes alone as flaky and counts its second result", async () => {
  const { asked, repeated } = await repeat([result("a.test.ts", 3, 0), result("b.test.ts", 1, 1)], {
    "b.test.ts": [result("b.test.ts", 2, 0)],
  });
  expect(asked).toEqual(["b.test.ts"]);
  expect(repeated.flaky).toEqual(["b.test.ts"]);
  expect(repeated.lines).toEqual(["b.test.ts: first 1 passed, 1 failed; alone 2 passed, 0 failed"]);
  expect(sum(repeated.results)).toEqual({ passed: 5, failed: 0 });
});

it("keeps a file failed that fails alone too", async () => {
  const { repeated } = await repeat([result("b.test.ts", 1, 2)], {
    "b.test.ts": [result("b.test.ts", 2, 1)],
  });
  expect(repeated.flaky).toEqual([]);
  expect(repeated.lines).toEqual(["b.test.ts: first 1 passed, 2 failed; alone 2 passed, 1 failed"]);
  expect(sum(repeated.results)).toEqual({ passed: 2, failed: 1 });
});

it("keeps the first failure when the second run ran no test", async () => {
  const { repeated } = await repeat([result("b.test.ts", 0, 1)], { "b.test.ts": [] });
  expect(repeated.flaky).toEqual([]);
  expect(sum(repeated.results)).toEqual({ passed: 0, failed: 1 });
});

it("does not repeat a failure of jest itself", async () => {
  const first = [result("jest, project e2e", 0, 1)];
  const { asked, repeated } = await repeat(first, {});
  expect(asked).toEqual([]);
  expect(repeated.results).toEqual(first);
});

it("names the slowest files, slowest first, and leaves the order of the results alone", () => {
  const results = [result("a", 1, 0, 2.04), result("b", 1, 0, 11), result("c", 1, 0, 0.5)];
  expect(slowest(results, 2)).toEqual(["   11.0 s  b", "    2.0 s  a"]);
  expect(results.map(({ file }) => file)).toEqual(["a", "b", "c"]);
});
