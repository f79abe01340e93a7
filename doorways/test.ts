import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages } from "../local/toolchain/debian-install.ts";
import { debianPackages, testPackages } from "../local/toolchain/debian.ts";
import { installTools } from "../local/toolchain/install.ts";
import { checkout, nodeDir } from "./checkout.ts";
import { detail, step } from "./say.ts";

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Runs a program of node_modules on the pinned Node, shown as it works; answers its exit code. */
async function bin(name: string, args: readonly string[]): Promise<number> {
  const child = spawn(join(nodeDir, "node"), [join(checkout, "node_modules/.bin", name), ...args], {
    cwd: checkout,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PATH: `${nodeDir}:${process.env["PATH"] ?? "/usr/bin:/bin"}` },
  });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

async function check(name: string, program: string, args: readonly string[]): Promise<Tally> {
  step(name);
  return (await bin(program, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** The numbers jest's `--json` writes. */
interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Suites that could not be loaded: no test of theirs ran, each counts as a failure. */
  readonly numRuntimeErrorTestSuites: number;
}

async function jest(project: string, args: readonly string[]): Promise<Tally> {
  step(`tests: ${project}`);
  const folder = await mkdtemp(join(tmpdir(), "twinstack-test-"));
  const file = join(folder, "results.json");
  try {
    const code = await bin("jest", ["--selectProjects", project, "--json", `--outputFile=${file}`, ...args]);
    const results = JSON.parse(await readFile(file, "utf8")) as JestResults;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    return { passed: results.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All checks and tests; the exit code is 1 when anything failed. */
export async function test(): Promise<void> {
  step("toolchain");
  await installTools(detail);
  await installPackages([...(await debianPackages()), ...testPackages], detail);
  const tallies = [
    await check("format", "prettier", ["--check", "--log-level=warn", "."]),
    await check("lint", "eslint", ["--max-warnings=0", "."]),
    await check("types", "tsc", ["-p", "."]),
    await check("types of the page", "tsc", ["-p", "app/web"]),
    // Both mostly wait for real parts, so two at once pay on the two cores that jest would give one worker.
    await jest("unit", ["--maxWorkers=2"]),
    await jest("engine", ["--maxWorkers=2"]),
    // They share the machine's one stack.
    await jest("e2e", ["--runInBand"]),
  ];
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  step("done");
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
}
