import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { download, parseChecksum, Unreachable } from "./download.ts";

const sum = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const program = "#!/bin/sh\necho tool\n";

let folder: string;
let server: Server;
let base: string;
let files: Record<string, string | Buffer>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "download-"));
  files = {};
  server = createServer((request, response) => {
    const body = files[request.url ?? ""];
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe("download", () => {
  it("leaves a verified program executable under its name", async () => {
    files = { "/v1/tool-linux": program, "/v1/tool-linux.sha256": sum(program) };
    await download(
      { url: `${base}/v1/tool-linux`, checksumUrl: `${base}/v1/tool-linux.sha256` },
      "tool",
      folder,
    );
    expect(readFileSync(join(folder, "tool"), "utf8")).toBe(program);
    expect(statSync(join(folder, "tool")).mode & 0o777).toBe(0o755);
  });

  it("takes the named member out of an archive", async () => {
    const source = join(folder, "source/tool-1");
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, "tool"), program);
    execFileSync("tar", ["-czf", join(folder, "made.tgz"), "-C", join(folder, "source"), "tool-1/tool"]);
    const archive = readFileSync(join(folder, "made.tgz"));
    files = {
      "/tool.tgz": archive,
      "/SHA256SUMS": `${sum("other")}  other.tgz\n${sum(archive)}  tool.tgz\n`,
    };
    const target = join(folder, "target");
    await download(
      { url: `${base}/tool.tgz`, checksumUrl: `${base}/SHA256SUMS`, member: "tool-1/tool" },
      "tool",
      target,
    );
    expect(readFileSync(join(target, "tool"), "utf8")).toBe(program);
  });

  it("installs nothing when the checksum differs", async () => {
    files = { "/tool": program, "/tool.sha256": sum("something else") };
    await expect(
      download({ url: `${base}/tool`, checksumUrl: `${base}/tool.sha256` }, "tool", folder),
    ).rejects.toThrow(`SHA-256 is ${sum(program)}, the vendor says ${sum("something else")}`);
    expect(existsSync(join(folder, "tool"))).toBe(false);
  });

  it("says Unreachable for a refused connection and for a missing file, so that the tool is built", async () => {
    await expect(
      download({ url: `${base}/tool`, checksumUrl: `${base}/tool.sha256` }, "tool", folder),
    ).rejects.toThrow(Unreachable);
    const closed = { url: "http://127.0.0.1:1/tool", checksumUrl: "http://127.0.0.1:1/tool.sha256" };
    await expect(download(closed, "tool", folder)).rejects.toThrow(Unreachable);
  });
});

describe("parseChecksum", () => {
  const hash = sum("x");
  it.each([
    ["the sum alone", `${hash}\n`],
    ["sum and name", `${sum("y")}  other\n${hash}  tool\n`],
    ["binary mark", `${hash} *tool\n`],
    ["a path before the name", `${hash}  ./build/tool\n`],
  ])("reads %s", (_form, text) => {
    expect(parseChecksum(text, "tool")).toBe(hash);
  });

  it("refuses a text without a sum for the file", () => {
    expect(() => parseChecksum(`${hash}  other\n`, "tool")).toThrow("no SHA-256 for tool");
  });
});
