import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeUnusedCode } from "./compiled-code.ts";

const DAY_MS = 24 * 3600 * 1000;
const NOW = Date.now();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "twinstack-compiled-"));
  await mkdir(join(folder, "v24-x64"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function compiled(name: string, readDaysAgo: number, writtenDaysAgo = readDaysAgo): Promise<void> {
  const path = join(folder, "v24-x64", name);
  await writeFile(path, "code");
  await utimes(path, (NOW - readDaysAgo * DAY_MS) / 1000, (NOW - writtenDaysAgo * DAY_MS) / 1000);
}
const left = async (): Promise<readonly string[]> => (await readdir(join(folder, "v24-x64"))).sort();

it("removes what nobody read for two weeks, and nothing else", async () => {
  await compiled("unused", 15);
  await compiled("read", 1, 100);
  await compiled("new", 0);
  expect(await removeUnusedCode(folder, NOW)).toBe(1);
  expect(await left()).toEqual(["new", "read"]);
});

it("looks once a day", async () => {
  expect(await removeUnusedCode(folder, NOW)).toBe(0);
  await compiled("unused", 15);
  expect(await removeUnusedCode(folder, NOW + DAY_MS / 2)).toBe(0);
  expect(await left()).toEqual(["unused"]);
  expect(await removeUnusedCode(folder, NOW + DAY_MS)).toBe(1);
});

it("takes a folder that is not there for an empty one, and makes none", async () => {
  await rm(folder, { recursive: true });
  expect(await removeUnusedCode(folder, NOW)).toBe(0);
  await expect(readdir(folder)).rejects.toMatchObject({ code: "ENOENT" });
});
