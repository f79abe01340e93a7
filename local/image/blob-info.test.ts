import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutBlobInfo } from "./blob-info.ts";

let root: string;
let folder: string;
let mark: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "twinstack-blob-info-"));
  folder = join(root, "containers");
  mark = join(root, "images/mark");
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** As a push leaves it. */
async function push(): Promise<string> {
  await mkdir(join(folder, "cache"), { recursive: true });
  await writeFile(join(folder, "cache/blob-info-cache-v1.sqlite"), "");
  return "pushed";
}

it("leaves no folder where there was none", async () => {
  expect(await withoutBlobInfo(push, mark, folder)).toBe("pushed");
  expect([existsSync(folder), existsSync(mark)]).toEqual([false, false]);
});

it("leaves the folder of somebody who uses buildah too", async () => {
  await push();
  await withoutBlobInfo(push, mark, folder);
  expect(existsSync(join(folder, "cache/blob-info-cache-v1.sqlite"))).toBe(true);
});

it("leaves what somebody else put there in between", async () => {
  await withoutBlobInfo(
    async () => {
      await push();
      await mkdir(join(folder, "storage"));
    },
    mark,
    folder,
  );
  expect([existsSync(join(folder, "storage")), existsSync(join(folder, "cache"))]).toEqual([true, false]);
});

it("is made up for by the next command when one was killed", async () => {
  await mkdir(join(root, "images"));
  await writeFile(mark, "");
  await push();
  await withoutBlobInfo(() => Promise.resolve(), mark, folder);
  expect(existsSync(folder)).toBe(false);
});

it("removes it after a command that failed too", async () => {
  const failing = async (): Promise<never> => {
    await push();
    throw new Error("no such image");
  };
  await expect(withoutBlobInfo(failing, mark, folder)).rejects.toThrow("no such image");
  expect(existsSync(folder)).toBe(false);
});
