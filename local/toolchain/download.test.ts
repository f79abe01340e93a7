import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  mkdirSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { download, Unreachable } from "./download.ts";

const sum = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const program = "#!/bin/sh\necho tool\n";

let folder: string;
let server: Server;
let base: string;
let files: Record<string, string | Buffer>;
/** Paths that the server was asked for. */
let asked: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "download-"));
  files = {};
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/cut") {
      response.writeHead(200, { "content-length": "100" });
      response.write("a part", () => response.destroy());
      return;
    }
    const body = files[request.url ?? ""];
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url ?? ""}`);
    socket.end("HTTP/1.1 502 no\r\n\r\n");
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe("download", () => {
  it("leaves a program whose sum is the pinned one executable under its name", async () => {
    files = { "/v1/tool-linux": program };
    await download({ url: `${base}/v1/tool-linux`, sha256: sum(program) }, "tool", folder);
    expect(readFileSync(join(folder, "tool"), "utf8")).toBe(program);
    expect(statSync(join(folder, "tool")).mode & 0o777).toBe(0o755);
  });

  it("takes the named member out of an archive", async () => {
    const source = join(folder, "source/tool-1");
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, "tool"), program);
    execFileSync("tar", ["-czf", join(folder, "made.tgz"), "-C", join(folder, "source"), "tool-1/tool"]);
    const archive = readFileSync(join(folder, "made.tgz"));
    files = { "/tool.tgz": archive };
    const target = join(folder, "target");
    await download({ url: `${base}/tool.tgz`, sha256: sum(archive), member: "tool-1/tool" }, "tool", target);
    expect(readFileSync(join(target, "tool"), "utf8")).toBe(program);
  });

  it("installs nothing of another sum, though the vendor's site offers a sum that fits", async () => {
    files = { "/tool": program, "/tool.sha256": sum(program), "/SHA256SUMS": `${sum(program)}  tool\n` };
    await expect(
      download({ url: `${base}/tool`, sha256: sum("the pinned one") }, "tool", folder),
    ).rejects.toThrow(
      `SHA-256 is ${sum(program)}, pinned is ${sum("the pinned one")}. Nothing was installed.`,
    );
    expect(asked).toEqual(["/tool"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("says Unreachable for a refused connection, a missing file and one that is cut off, so that the tool is built", async () => {
    const from = (url: string): Promise<void> => download({ url, sha256: sum(program) }, "tool", folder);
    await expect(from(`${base}/none`)).rejects.toThrow(Unreachable);
    await expect(from(`${base}/cut`)).rejects.toThrow(Unreachable);
    await expect(from("http://127.0.0.1:1/tool")).rejects.toThrow(Unreachable);
    expect(existsSync(join(folder, "tool"))).toBe(false);
  });

  it("asks the proxy that the environment names, which loopback is spared of", async () => {
    const saved = { ...process.env };
    files = { "/tool": program };
    try {
      process.env["http_proxy"] = base;
      process.env["no_proxy"] = "localhost,127.0.0.1,::1";
      // Nothing but the proxy knows this name.
      const release = { url: "http://vendor.invalid/tool", sha256: sum(program) };
      await expect(download(release, "tool", folder)).rejects.toThrow(Unreachable);
      expect(asked).toEqual(["CONNECT vendor.invalid:80"]);
      await download({ url: `${base}/tool`, sha256: sum(program) }, "tool", folder);
      expect(asked[1]).toBe("/tool");
    } finally {
      process.env = saved;
    }
  });
});
