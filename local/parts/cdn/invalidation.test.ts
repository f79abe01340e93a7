import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invalidateCache, staleFiles } from "./invalidation.ts";

const folder = mkdtempSync(join(tmpdir(), "twinstack-invalidation-"));
const file = (name: string): string => join(folder, name);
const cached = (name: string, path: string): void =>
  writeFileSync(file(name), `head\nKEY: ${path}?\nHTTP/1.1`);

afterEach(() => {
  for (const name of readdirSync(folder)) rmSync(file(name));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("removes what the paths name, and counts it", () => {
  cached("aa", "/a");
  cached("bb", "/b/c");
  cached("cc", "/b");
  expect(invalidateCache(folder, ["/b*"])).toBe(2);
  expect(readdirSync(folder)).toEqual(["aa"]);
});

it("removes an object that nginx finishes between its finding and its removal, and counts it once", () => {
  const unfinished = "aa.0000000017";
  cached(unfinished, "/a");
  const removed = invalidateCache(folder, ["/a"], (where, patterns) => {
    const found = staleFiles(where, patterns);
    if (existsSync(file(unfinished))) renameSync(file(unfinished), file("aa"));
    return found;
  });
  expect(removed).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

it("ends though an object comes back each time", () => {
  const removed = invalidateCache(folder, ["/a"], (where, patterns) => {
    cached("aa", "/a");
    return staleFiles(where, patterns);
  });
  expect(removed).toBe(1);
});

it("answers 0 for a distribution that has cached nothing yet", () => {
  expect(invalidateCache(file("none"), ["/*"])).toBe(0);
});
