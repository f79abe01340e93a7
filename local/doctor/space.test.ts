import { inWords, checkSpace, type Filesystem, type Need } from "./space.ts";
import { filesystemAt, spaceNeeds, type Present } from "./space-needs.ts";

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

const nothing: Present = { missingPackages: 1, missingTools: 1, images: false, stateBytes: 0, goBytes: 0 };
const whole: Present = { missingPackages: 0, missingTools: 0, images: true, stateBytes: 0, goBytes: 0 };
const total = (present: Present): number => spaceNeeds(present).reduce((sum, { bytes }) => sum + bytes, 0);

describe("what has to find room", () => {
  it("is the README's 13 GiB on a bare machine", () => {
    expect(Math.ceil(total(nothing) / gibibyte)).toBe(13);
    expect(spaceNeeds(nothing).map(({ what }) => what)).toEqual([
      "packages",
      "tools",
      "Go's caches",
      "images",
      "state",
      "process records",
    ]);
  });

  it("is what is not cached yet: neither packages, tools nor builds where they are there", () => {
    expect(spaceNeeds(whole).map(({ what }) => what)).toEqual(["app image", "state", "process records"]);
    expect(spaceNeeds({ ...whole, missingPackages: 0.5 })[0]).toMatchObject({
      what: "packages",
      bytes: 300 * mebibyte,
    });
  });

  it("is only its growth for a stack that is up", () => {
    expect(total({ ...whole, stateBytes: 2 * gibibyte })).toBe((200 + 200 + 16) * mebibyte);
  });

  it("counts what Go has cached already", () => {
    const built = spaceNeeds({ ...nothing, goBytes: 20 * gibibyte });
    expect(built.map(({ what }) => what)).not.toContain("Go's caches");
  });
});

const need = (what: string, path: string, bytes: number, files = 1): Need => ({ what, path, bytes, files });
const disk = (id: string, bytesFree: number, filesFree?: number): Filesystem => ({
  id,
  bytesFree,
  filesFree,
});

describe("checkSpace", () => {
  const needs = [need("tools", "/cache", gibibyte), need("state", "/state", 2 * gibibyte)];

  it("adds up what goes to the same filesystem, to the byte", () => {
    expect(checkSpace(needs, () => disk("one", 3 * gibibyte))).toEqual([
      {
        name: "disk",
        state: "ok",
        found: "3.0 GiB free at /cache, /state; needed now: at most 3.0 GiB",
        fix: "",
      },
    ]);
    expect(checkSpace(needs, () => disk("one", 3 * gibibyte - 1))).toEqual([
      {
        name: "disk",
        state: "blocks",
        found: "3.0 GiB free at /cache, /state; needed now: 3.0 GiB (tools 1.0 GiB, state 2.0 GiB)",
        fix: "free 1 MiB there, or move a folder by TWINSTACK_CACHE, TWINSTACK_STATE or TWINSTACK_RUN",
      },
    ]);
  });

  it("checks each of several filesystems", () => {
    const checks = checkSpace(needs, (path) => disk(path, path === "/state" ? gibibyte : 50 * gibibyte));
    expect(checks.map(({ state, found }) => [state, found])).toEqual([
      ["ok", "50.0 GiB free at /cache; needed now: at most 1.0 GiB"],
      ["blocks", "1.0 GiB free at /state; needed now: 2.0 GiB (state 2.0 GiB)"],
    ]);
  });

  it("names a filesystem that has bytes but no inodes left; one without a number of them passes", () => {
    const many = [need("images", "/cache", 1, 500)];
    expect(checkSpace(many, () => disk("one", gibibyte, 499))[0]).toMatchObject({
      state: "blocks",
      found: '499 files can still be made at /cache (inodes, "df -i"); needed now: 500',
    });
    expect(checkSpace(many, () => disk("one", gibibyte, 500))[0]?.state).toBe("ok");
    expect(checkSpace(many, () => disk("one", gibibyte, undefined))[0]?.state).toBe("ok");
  });
});

describe("filesystemAt", () => {
  it("answers for the nearest folder that is there", () => {
    expect(filesystemAt("/proc/none/below").id).toBe(filesystemAt("/proc").id);
    expect(filesystemAt("/proc").id).not.toBe(filesystemAt("/").id);
  });
});

describe("inWords", () => {
  it("never rounds a little to nothing", () => {
    expect([inWords(1), inWords(16 * mebibyte), inWords(gibibyte / 10), inWords(8.8 * gibibyte)]).toEqual([
      "1 MiB",
      "16 MiB",
      "0.1 GiB",
      "8.8 GiB",
    ]);
  });
});
