import { installPackages } from "../local/toolchain/debian-install.ts";
import { debianPackages, testPackages } from "../local/toolchain/debian.ts";
import { installTools } from "../local/toolchain/install.ts";
import { bin, jest } from "./jest-run.ts";
import { detail, step } from "./say.ts";
import { repeatFailed, slowest, sum, type Tally } from "./test-report.ts";

async function check(name: string, program: string, args: readonly string[]): Promise<Tally> {
  step(name);
  return (await bin(program, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Each keeps one core busy, and lint takes longer than the three others. */
async function checkAll(): Promise<readonly Tally[]> {
  const lint = check("lint", "eslint", ["--max-warnings=0", "."]);
  const others = [
    await check("format", "prettier", ["--check", "--log-level=warn", "."]),
    await check("types", "tsc", ["-p", "."]),
    await check("types of the page", "tsc", ["-p", "app/web"]),
  ];
  return [await lint, ...others];
}

/**
 * All checks and tests; the exit code is 1 when anything failed. With `REPEAT_FAILED=yes` in the environment, as in CI, an
 * end-to-end file that failed runs once more, alone. One that passes then is listed as flaky and does not fail the run.
 */
export async function test(): Promise<void> {
  step("toolchain");
  await installTools(detail);
  await installPackages([...(await debianPackages()), ...testPackages], detail);
  const checks = await checkAll();
  step("tests: unit");
  // Both mostly wait for real parts, so two at once pay on the two cores that jest would give one worker.
  const unit = await jest("unit", ["--maxWorkers=2"]);
  step("tests: engine");
  const engine = await jest("engine", ["--maxWorkers=2"]);
  step("tests: e2e");
  // They share the machine's one stack.
  const first = await jest("e2e", ["--runInBand"]);
  const endToEnd =
    process.env["REPEAT_FAILED"] === "yes"
      ? await repeatFailed(first, async (file) => {
          step(`once more, alone: ${file}`);
          return await jest("e2e", ["--runInBand", "--runTestsByPath", file]);
        })
      : { results: first, flaky: [], lines: [] };
  const files = [...unit, ...engine, ...endToEnd.results];
  const { passed, failed } = sum([...checks, ...files]);
  const lines = [
    "slowest files:",
    ...slowest(files),
    ...endToEnd.lines,
    ...endToEnd.flaky.map((file) => `flaky: ${file}`),
    `${passed} passed, ${failed} failed`,
  ];
  step("done");
  process.stdout.write(`${lines.join("\n")}\n`);
  if (failed > 0) process.exitCode = 1;
}
