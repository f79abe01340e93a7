import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentHash } from "./content-hash.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hash-"));
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/a.ts"), "one");
  writeFileSync(join(folder, "b.ts"), "two");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("contentHash", () => {
  it("is the same for the same content, twelve hex digits", async () => {
    const first = await contentHash(folder, "lock");
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    expect(await contentHash(folder, "lock")).toBe(first);
  });

  it.each([
    ["a changed file", () => writeFileSync(join(folder, "src/a.ts"), "One")],
    ["a new file", () => writeFileSync(join(folder, "src/c.ts"), "")],
    [
      "content moved from one file to the next",
      () => {
        writeFileSync(join(folder, "b.ts"), "twoone");
        writeFileSync(join(folder, "src/a.ts"), "");
      },
    ],
  ])("changes with %s", async (_what, change) => {
    const before = await contentHash(folder);
    change();
    expect(await contentHash(folder)).not.toBe(before);
  });

  it("changes with what is hashed beside the folder", async () => {
    expect(await contentHash(folder, "lock 1")).not.toBe(await contentHash(folder, "lock 2"));
  });

  it("does not see what tools made", async () => {
    const before = await contentHash(folder);
    mkdirSync(join(folder, "node_modules/x"), { recursive: true });
    mkdirSync(join(folder, "dist"));
    writeFileSync(join(folder, "node_modules/x/index.js"), "");
    writeFileSync(join(folder, "dist/server.js"), "");
    expect(await contentHash(folder)).toBe(before);
  });
});
