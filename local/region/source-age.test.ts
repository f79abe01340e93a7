import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newestSource } from "./source-age.ts";

it("finds the newest source, tests and other files aside", () => {
  const folder = mkdtempSync(join(tmpdir(), "twinstack-sources-"));
  try {
    expect(newestSource(folder)).toBe(0);
    mkdirSync(join(folder, "deep"));
    const files = { "old.ts": 100, "deep/new.ts": 200, "deep/new.test.ts": 300, "notes.md": 400 };
    for (const [name, seconds] of Object.entries(files)) {
      writeFileSync(join(folder, name), "");
      utimesSync(join(folder, name), seconds, seconds);
    }
    expect(newestSource(folder)).toBe(200_000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
