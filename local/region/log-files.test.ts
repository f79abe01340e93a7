import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shortenLogs } from "./log-files.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-logs-"))));
afterEach(() => rmSync(folder, { recursive: true }));

it("shortens the log of a program that runs, which goes on writing to it", async () => {
  const path = join(folder, "part.log");
  const log = openSync(path, "a", 0o600);
  // As parts are started: with the log as their standard output.
  const program = spawn("sh", ["-c", 'while read line; do echo "$line"; echo; done'], {
    stdio: ["pipe", log, log],
  });
  closeSync(log);
  const writes = async (text: string): Promise<void> => {
    const before = statSync(path).size;
    program.stdin?.write(`${text}\n`);
    while (statSync(path).size < before + text.length + 2)
      await new Promise((resolve) => setTimeout(resolve, 5));
  };
  try {
    await writes("a".repeat(100));
    shortenLogs(folder, 102);
    expect(readdirSync(folder)).toEqual(["part.log"]);
    await writes("b".repeat(100));
    shortenLogs(folder, 102);
    expect([statSync(path).size, statSync(`${path}.1`).size]).toEqual([0, 204]);
    await writes("c");
    expect(readFileSync(path, "utf8")).toBe("c\n\n");
    await writes("d".repeat(200));
    shortenLogs(folder, 102);
    expect(readFileSync(`${path}.1`, "utf8")).toMatch(/^c\n\nd+\n\n$/);
    expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
  } finally {
    program.stdin?.end();
    await once(program, "exit");
  }
});

it("leaves what is no log alone, and a folder that is gone", () => {
  writeFileSync(join(folder, "notes.txt"), "x".repeat(200));
  shortenLogs(folder, 100);
  shortenLogs(join(folder, "gone"), 100);
  expect(readdirSync(folder)).toEqual(["notes.txt"]);
});
