import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { goEnvironment, goProgram, isAtLeast } from "./go.ts";

const sum = "h1:1p2G5COR51f8Q3EQ4HLJQDDL2ytLEqfL/yTawB0Jr8w=";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "go-"));
  for (const file of ["bin/go", "pkg/tool/linux_amd64/compile"]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "", { mode: 0o444 });
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `goProgram` on a machine whose Go is `version` and gets a module of that sum; with the commands it ran. */
async function choose(version: string, moduleSum = sum): Promise<[string, readonly string[]]> {
  const commands: string[] = [];
  const program = await goProgram(folder, async (_command, args) => {
    commands.push(args.join(" "));
    return args[0] === "version"
      ? `go version go${version} linux/amd64\n`
      : JSON.stringify({ Dir: folder, Sum: moduleSum });
  });
  return [program, commands];
}

describe("goProgram", () => {
  it.each(["1.21.0", "1.24.4", "1.26.8"])("is Go %s itself, which fetches its successor", async (version) => {
    expect(await choose(version)).toEqual(["go", ["version"]]);
  });

  it("is, for Debian 12's Go, the one that it gets as a module, made executable", async () => {
    const [program, commands] = await choose("1.19.8");
    expect(program).toBe(join(folder, "bin/go"));
    expect(commands).toEqual([
      "version",
      "mod download -json golang.org/toolchain@v0.0.1-go1.26.0.linux-amd64",
    ]);
    for (const file of ["bin/go", "pkg/tool/linux_amd64/compile"])
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o555);
  });

  it("is none whose sum is another", async () => {
    await expect(choose("1.19.8", "h1:other=")).rejects.toThrow(
      `its sum is h1:other=, not ${sum}. It is not used`,
    );
    expect(statSync(join(folder, "bin/go")).mode & 0o777).toBe(0o444);
  });
});

describe("goEnvironment", () => {
  it("keeps what Go throws away on the tool cache's disk, which make doctor has checked, not in /tmp", () => {
    expect(goEnvironment("/cache/tools/.work-x")["GOTMPDIR"]).toBe("/cache/tools/.work-x");
  });

  it("lets an older Go fetch the one that is asked for, whatever the user's variables say", () => {
    const saved = { ...process.env };
    Object.assign(process.env, { GOTOOLCHAIN: "local", GOROOT: "/usr/lib/go-1.19", GOFLAGS: "-mod=mod" });
    try {
      expect(goEnvironment("/x")).toMatchObject({
        GOTOOLCHAIN: "auto",
        GOFLAGS: "-mod=readonly -buildvcs=false",
      });
      expect(goEnvironment("/x")).not.toHaveProperty("GOROOT");
    } finally {
      process.env = saved;
    }
  });
});

describe("isAtLeast", () => {
  it("compares numbers, not texts", () => {
    expect(isAtLeast("1.9", "1.19")).toBe(false);
    expect(isAtLeast("1.19", "1.19")).toBe(true);
    expect(isAtLeast("2.0", "1.21")).toBe(true);
  });
});
