import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ofTheMachine } from "./base.ts";
import { stage } from "./context.ts";

describe("stage", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "stage-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Paths with their modes after staging what a user with that umask made. */
  async function modesUnder(umask: number): Promise<readonly string[]> {
    const [source, target] = [join(folder, `source-${umask}`), join(folder, `target-${umask}`)];
    mkdirSync(join(source, "dist/public"), { recursive: true });
    for (const file of ["package.json", "dist/server.js", "dist/public/page.js", "secret"])
      writeFileSync(join(source, file), file);
    for (const path of ["dist/public", "dist"]) chmodSync(join(source, path), 0o777 & ~umask);
    for (const path of ["package.json", "dist/server.js", "dist/public/page.js"])
      chmodSync(join(source, path), 0o666 & ~umask);
    mkdirSync(target, { mode: 0o700 });
    await stage(source, ["package.json", "dist"], target);
    const paths = [".", ...(readdirSync(target, { recursive: true }) as string[]).sort()];
    return paths.map((path) => `${path} ${(statSync(join(target, path)).mode & 0o7777).toString(8)}`);
  }

  it("gives the same modes to files of any umask, and copies nothing else", async () => {
    const expected = [
      ". 755",
      "dist 755",
      "dist/public 755",
      "dist/public/page.js 644",
      "dist/server.js 644",
      "package.json 644",
    ];
    for (const umask of [0o022, 0o002, 0o077]) expect(await modesUnder(umask)).toEqual(expected);
  });
});

describe("ofTheMachine", () => {
  it("finds what a base brings along of the machine that made it, and nothing else", () => {
    const kept = [
      "./",
      "./etc/",
      "./etc/ssl/certs/ca-certificates.crt",
      "./etc/apticon",
      "./var/lib/dpkg/status",
      "./usr/lib/apt/x",
      "./var/logger",
    ];
    const made = [
      "./etc/hostname",
      "./etc/resolv.conf",
      "./etc/apt/",
      "./etc/apt/sources.list",
      "./var/cache/apt/archives/",
      "./var/lib/apt/lists/",
      "./var/log/",
      "./var/log/apt/history.log",
    ];
    expect(ofTheMachine([...kept, ...made])).toEqual(made);
  });
});
