import { jest } from "./jest-run.ts";
import { sum } from "./test-report.ts";

/** The end-to-end test of interruptions with every victim struck in every phase; `make test` strikes each in some. */
export async function proveInterruptions(): Promise<void> {
  process.env["EVERY_STRIKE"] = "yes";
  const args = ["--runInBand", "--runTestsByPath", "tests/e2e/interruptions.test.ts"];
  const { passed, failed } = sum(await jest("e2e", args));
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
}
