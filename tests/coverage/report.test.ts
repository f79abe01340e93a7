import coverage from "istanbul-lib-coverage";
import { FOLDERS } from "./folders.ts";
import { report } from "./report.ts";

/** A file of one statement a line, with these counts. */
function file(path: string, counts: readonly number[]) {
  const at = (line: number) => ({
    start: { line, column: 0 },
    end: { line, column: 1 },
  });
  return {
    path,
    statementMap: Object.fromEntries(counts.map((_, index) => [index, at(index + 1)])),
    s: Object.fromEntries(counts.map((count, index) => [index, count])),
    fnMap: {},
    f: {},
    branchMap: {},
    b: {},
  };
}

/** Every folder with a file of `covered` lines in 100. */
function map(covered: Readonly<Record<string, number>>) {
  const folders = FOLDERS;
  const files = folders.map((folder) => {
    const count = covered[folder] ?? 100;
    const path = `/checkout/${folder}/a.ts`;
    return file(
      path,
      Array.from({ length: 100 }, (_, index) => (index < count ? 3 : 0)),
    );
  });
  return coverage.createCoverageMap(Object.fromEntries(files.map((each) => [each.path, each])));
}

describe("the report", () => {
  it("is enough with 85 % in every folder", () => {
    const { enough, text } = report(map({ infra: 85, "local/aws": 99 }), "/checkout");
    expect(enough).toBe(true);
    expect(text).toBe(
      [
        "lines that a test ran, of those that can run",
        "  infra                                           85 /   100   85.0 %",
        "  stacks                                         100 /   100  100.0 %",
        "  local/provider                                 100 /   100  100.0 %",
        "  local/aws                                       99 /   100   99.0 %",
        "  local/kubernetes                               100 /   100  100.0 %",
        "  local/random                                   100 /   100  100.0 %",
        "  app/api                                        100 /   100  100.0 %",
        "  app/migrations                                 100 /   100  100.0 %",
        "most lines not run",
        "  infra/a.ts                                      85 /   100   85.0 %  86-100",
        "  local/aws/a.ts                                  99 /   100   99.0 %  100",
        "",
      ].join("\n"),
    );
  });

  it("is not enough with one folder below, however well the others do", () => {
    const { enough, text } = report(map({ "local/random": 84 }), "/checkout");
    expect(enough).toBe(false);
    expect(text).toContain(
      "  local/random                                    84 /   100   84.0 %  below 85 %\n",
    );
  });

  it("is not enough where a folder has no lines: nothing was measured", () => {
    const measured = map({});
    measured.filter((path) => !path.includes("/stacks/"));
    expect(report(measured, "/checkout").enough).toBe(false);
  });
});
