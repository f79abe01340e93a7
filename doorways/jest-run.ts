import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { checkout, nodeDir } from "./checkout.ts";
import type { FileResult } from "./test-report.ts";

/** Runs a program of node_modules on the pinned Node, shown as it works. Resolves to its exit code, 1 for a signal. */
export async function bin(name: string, args: readonly string[]): Promise<number> {
  const child = spawn(join(nodeDir, "node"), [join(checkout, "node_modules/.bin", name), ...args], {
    cwd: checkout,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PATH: `${nodeDir}:${process.env["PATH"] ?? "/usr/bin:/bin"}` },
  });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

/** What jest's `--json` writes of one file. */
interface JestFile {
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped" | "pending" | "focused";
  readonly startTime: number;
  readonly endTime: number;
  readonly assertionResults: readonly { readonly status: string }[];
}

/** A file that failed without a failed test (it could not be loaded, or a hook failed) counts as one failure. */
function resultOf({ name, status, startTime, endTime, assertionResults }: JestFile): FileResult {
  const count = (wanted: string): number =>
    assertionResults.filter((assertion) => assertion.status === wanted).length;
  const failed = count("failed");
  return {
    file: relative(checkout, name),
    passed: count("passed"),
    failed: status === "failed" && failed === 0 ? 1 : failed,
    seconds: (endTime - startTime) / 1000,
  };
}

/** Runs one of jest's projects. Resolves to a result per file, and one for jest itself when it failed without a file. */
export async function jest(project: string, args: readonly string[]): Promise<readonly FileResult[]> {
  const folder = await mkdtemp(join(tmpdir(), "twinstack-test-"));
  const file = join(folder, "results.json");
  try {
    const code = await bin("jest", ["--selectProjects", project, "--json", `--outputFile=${file}`, ...args]);
    const { testResults } = JSON.parse(await readFile(file, "utf8")) as {
      testResults: readonly JestFile[];
    };
    const results = testResults.map(resultOf);
    const unexplained = code !== 0 && results.every(({ failed }) => failed === 0);
    return unexplained
      ? [...results, { file: `jest, project ${project}`, passed: 0, failed: 1, seconds: 0 }]
      : results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
