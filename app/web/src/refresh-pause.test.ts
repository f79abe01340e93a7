import { nextPause } from "./refresh-pause.ts";

describe("the pause between two questions", () => {
  it("grows to half a minute while nothing changes, and begins again after a change", () => {
    const pauses = [2_000];
    for (let asked = 0; asked < 9; asked += 1) pauses.push(nextPause(pauses.at(-1) ?? 0, 2_000, false));
    expect(pauses).toEqual([2_000, 3_000, 4_500, 6_750, 10_125, 15_187.5, 22_781.25, 30_000, 30_000, 30_000]);
    expect(nextPause(30_000, 2_000, true)).toBe(2_000);
  });

  it("is never below what was asked for", () => expect(nextPause(60_000, 60_000, false)).toBe(60_000));
});
