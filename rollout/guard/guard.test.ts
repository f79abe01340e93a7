import type { Current } from "../record.ts";
import { TestWorld, WATCHED } from "../testing.ts";
import { Abandoned } from "./abandoned.ts";
import { Guard } from "./guard.ts";

let world: TestWorld;
let guard: Guard;
beforeEach(() => {
  world = new TestWorld();
  world.counts["api-green"] = 3;
  guard = new Guard(world);
});
const left = (current: Current): void => {
  world.records.record = { version: 2, current, history: [] };
};
const HANDED: Current = { ...WATCHED, phase: "shift", step: null, intended: null, weights: null };

it("brings what was handed over to its end, and writes the history", async () => {
  left({ ...HANDED, heldBy: "nobody yet" });
  await guard.look();
  expect(world.records.record).toMatchObject({ current: null, history: [{ outcome: "promoted" }] });
  expect(world.current).toEqual({ blue: 0, green: 100 });
});

it("does nothing while another guard leads", async () => {
  world.leads = false;
  left(HANDED);
  await guard.look();
  expect(world.did).toEqual([]);
  expect(world.records.record.current).toEqual(HANDED);
});

it("does not touch what a driver holds", async () => {
  left({ ...HANDED, holder: "driver", heldBy: "ada" });
  await guard.look();
  expect(world.did).toEqual([]);
  expect(world.records.record.current).toMatchObject({ holder: "driver", heldBy: "ada" });
});

it("ends what a driver left behind, without moving a weight", async () => {
  jest.useFakeTimers({ now: 0, doNotFake: ["setTimeout", "setImmediate", "nextTick"] });
  try {
    left({ ...HANDED, holder: "driver", heldBy: "ada", phase: "scale" });
    await guard.look();
    jest.advanceTimersByTime(14_999);
    await guard.look();
    expect(world.records.record.current).not.toBeNull();
    jest.advanceTimersByTime(1);
    await guard.look();
  } finally {
    jest.useRealTimers();
  }
  expect(world.records.record).toMatchObject({
    current: null,
    history: [{ outcome: "failedBeforeTraffic", reason: "its driver went away in scale" }],
  });
  expect(world.counts["api-green"]).toBe(0);
  expect(world.did.filter((each) => each.startsWith("weights"))).toEqual([]);
});

it("gives a driver its time anew after the API server was away: nobody could beat", async () => {
  jest.useFakeTimers({ now: 0, doNotFake: ["setTimeout", "setImmediate", "nextTick"] });
  try {
    left({ ...HANDED, holder: "driver", heldBy: "ada", phase: "scale" });
    await guard.look();
    jest.advanceTimersByTime(10_000);
    const read = jest.spyOn(world.records, "read").mockRejectedValueOnce(new Error("no answer"));
    await expect(guard.look()).rejects.toThrow("no answer");
    read.mockRestore();
    jest.advanceTimersByTime(10_000);
    await guard.look();
  } finally {
    jest.useRealTimers();
  }
  expect(world.records.record.current).toMatchObject({ holder: "driver", wanted: "promoted" });
});

it("knows how fast the old colour was in the last ten minutes", async () => {
  for (let look = 0; look < 70; look += 1) {
    await guard.look();
    await world.pause(10_000);
  }
  left(HANDED);
  let usual: number | null | undefined;
  world.atPause = () => void (usual = world.records.record.current?.usualMilliseconds);
  await guard.look();
  expect(usual).toBeCloseTo(9.5);
});

it("says what failed, and goes on from the record at the next look", async () => {
  left(HANDED);
  world.failing.setWeights = new Error("no answer");
  const stop = new AbortController();
  let looks = 0;
  await guard.run(stop.signal, () => {
    looks += 1;
    if (looks === 3) world.failing = {};
    if (world.records.record.current === null) stop.abort();
  });
  expect(world.lines.filter((line) => line === "no answer")).toHaveLength(3);
  expect(world.records.record.history).toMatchObject([{ outcome: "promoted" }]);
});

describe("a driver", () => {
  const of = (beat: number): Current => ({ ...HANDED, holder: "driver", beat });

  it("is gone when its beat stands still for 15 s, and lives with every beat", () => {
    const abandoned = new Abandoned();
    expect(abandoned.is(of(1), 0)).toBe(false);
    expect(abandoned.is(of(1), 14_999)).toBe(false);
    expect(abandoned.is(of(2), 15_000)).toBe(false);
    expect(abandoned.is(of(2), 29_999)).toBe(false);
    expect(abandoned.is(of(2), 30_000)).toBe(true);
  });

  it("is given the time anew by a guard that did not look meanwhile", () => {
    const abandoned = new Abandoned();
    abandoned.is(of(1), 0);
    abandoned.forget();
    expect(abandoned.is(of(1), 60_000)).toBe(false);
  });
});
