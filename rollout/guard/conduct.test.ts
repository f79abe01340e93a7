import { HeldRecord } from "../held-record.ts";
import type { Current } from "../record.ts";
import { LIMITS, TestWorld, WATCHED } from "../testing.ts";
import { conduct } from "./conduct.ts";

/** Handed over, with green brought up and blue serving. */
const HANDED: Current = { ...WATCHED, phase: "shift", step: null, intended: null, weights: null };
const GREEN_ALONE = {
  weights: { blue: 0, green: 100 },
  counts: { "api-blue": 0, "api-green": 3, "worker-blue": 0, "worker-green": 1 },
  minimums: { blue: 2, green: 2 },
};
const BLUE_ALONE = {
  weights: { blue: 100, green: 0 },
  counts: { "api-blue": 3, "api-green": 0, "worker-blue": 1, "worker-green": 0 },
  minimums: { blue: 2, green: 2 },
};

let world: TestWorld;
beforeEach(() => {
  world = new TestWorld();
  world.counts["api-green"] = 3;
  Object.assign(world.minimums, { blue: 3, green: 3 });
});
const state = (): object => ({ weights: world.current, counts: world.counts, minimums: world.minimums });

async function conducted(current: Current): Promise<{ outcome: string; reason: string }> {
  world.records.record = { version: 2, current, history: [] };
  const held = await HeldRecord.adopt(world.records, await world.records.read(), world.name);
  try {
    return await conduct(world, held);
  } finally {
    await held.release();
  }
}

const PROMOTED = { outcome: "promoted", reason: "nothing spoke against it" };
const half = { blue: 50, green: 50 };
const all = { blue: 0, green: 100 };
const none = { blue: 100, green: 0 };

describe("goes on from wherever the guard before it stopped, to the same end", () => {
  it.each<[string, Partial<Current>, { blue: number; green: number }]>([
    ["nothing was done", {}, none],
    ["the intention was stored, and nothing more", { step: 0, intended: half }, none],
    ["the weights were written, and not read back", { step: 0, intended: half }, half],
    ["in the first step", { step: 0, intended: half, weights: half }, half],
    ["between two steps", { step: 1, intended: all, weights: half }, half],
    ["the last was written, and not read back", { step: 1, intended: all, weights: half }, all],
    ["in the bake", { phase: "bake", step: 1, intended: all, weights: all }, all],
    ["in retire", { phase: "retire", step: 1, intended: all, weights: all }, all],
  ])("%s", async (_where, left, weights) => {
    world.current = weights;
    expect(await conducted({ ...HANDED, steps: [50, 100], ...left })).toEqual(PROMOTED);
    expect(state()).toEqual(GREEN_ALONE);
    const written = world.did.filter((each) => each.startsWith("weights"));
    expect(written).toEqual([...new Set(written)]);
  });

  it.each<[string, Partial<Current>, { blue: number; green: number }, string]>([
    ["before any weight", { step: null, intended: null, weights: null }, none, "failedBeforeTraffic"],
    ["in a step", { step: 0, intended: half, weights: half }, half, "rolledBack"],
    ["in the bake", { phase: "bake" }, all, "rolledBack"],
    ["back, and not read back", { phase: "bake", intended: none }, none, "rolledBack"],
  ])("and back: %s", async (_where, left, weights, outcome) => {
    world.current = weights;
    const back: Partial<Current> = { wanted: "rolledBack", why: "it was bad" };
    expect(await conducted({ ...WATCHED, ...left, ...back })).toEqual({ outcome, reason: "it was bad" });
    expect(state()).toEqual(BLUE_ALONE);
  });
});

it("stores what it is about to write before it writes, and what it read after", async () => {
  const stored: unknown[] = [];
  const { setWeights } = world.traffic;
  world.traffic.setWeights = (weights) => {
    const { current } = world.records.record;
    stored.push([weights, current?.intended, current?.weights]);
    return setWeights(weights);
  };
  await conducted({ ...HANDED, steps: [50, 100] });
  expect(stored).toEqual([
    [half, half, null],
    [all, all, half],
  ]);
});

it("stores that it goes back before it does: a guard after it goes on backward", async () => {
  world.served.green = { requests: 20, failed: 20, milliseconds: 10 };
  world.failing.setWeights = undefined;
  const { setWeights } = world.traffic;
  let calls = 0;
  world.traffic.setWeights = (weights) => {
    calls += 1;
    return calls === 2 ? Promise.reject(new Error("no answer")) : setWeights(weights);
  };
  await expect(conducted(HANDED)).rejects.toThrow("no answer");
  const { current } = world.records.record;
  expect(current).toMatchObject({ wanted: "rolledBack", intended: none, weights: all });
  world.served.green = { requests: 20, failed: 0, milliseconds: 10 };
  expect(await conducted(current as Current)).toMatchObject({ outcome: "rolledBack" });
  expect(state()).toEqual(BLUE_ALONE);
});

describe("weights that somebody else moved", () => {
  it.each<[string, Partial<Current>]>([
    ["before the first step", HANDED],
    ["while it is to go back", { wanted: "rolledBack" }],
  ])("are left, with the pods of both colours: %s", async (_when, left) => {
    world.current = { blue: 30, green: 70 };
    const { outcome, reason } = await conducted({ ...WATCHED, ...left });
    expect(outcome).toBe("undecided");
    expect(reason).toContain("somebody else moved the weights to blue 30 green 70");
    expect(world.did).toEqual(["minimum blue 2", "minimum green 2"]);
  });

  it("are left when it happens during the bake", async () => {
    world.current = all;
    world.atPause = (pauses) => {
      if (pauses === 2) world.current = { blue: 30, green: 70 };
    };
    expect(await conducted(WATCHED)).toMatchObject({ outcome: "undecided" });
    expect(world.current).toEqual({ blue: 30, green: 70 });
    expect(world.counts["api-blue"]).toBe(3);
  });
});

it("moves no weight while it does not lead for sure", async () => {
  world.leads = false;
  await expect(conducted(HANDED)).rejects.toThrow("the lease was not renewed in time");
  expect(world.did).toEqual([]);
  expect(world.records.record.current).toMatchObject({ intended: all, weights: null });
});

describe("a colour to go back to that is not whole", () => {
  const unwanted: Current = { ...WATCHED, wanted: "rolledBack", why: "it was bad" };
  beforeEach(() => {
    world.current = all;
    world.health.blue = "unhealthy";
  });

  it("is waited for: the weights stay until all of its pods are healthy", async () => {
    world.atPause = (pauses) => {
      expect(world.records.record.current?.held).toBe(
        "blue has 0 of 3 healthy pods, so the weights stay as they are (it was bad)",
      );
      expect(world.current).toEqual(all);
      if (pauses === 5) world.health.blue = "healthy";
    };
    expect(await conducted(unwanted)).toEqual({ outcome: "rolledBack", reason: "it was bad" });
    expect(state()).toEqual(BLUE_ALONE);
  });

  it("is given up by make promote, said since: the new colour keeps everything", async () => {
    world.atPause = (pauses) => {
      const { record } = world.records;
      if (pauses < 3 || record.current === null) return;
      world.records.record = { ...record, current: { ...record.current, mayPass: true } };
    };
    const ended = await conducted({ ...unwanted, mayPass: true });
    expect(ended).toEqual({
      outcome: "promoted",
      reason: "green was kept by make promote: the other colour was not whole",
    });
    expect(world.current).toEqual(all);
    expect(world.counts).toEqual({ "api-blue": 3, "api-green": 3, "worker-blue": 0, "worker-green": 1 });
  });
});

describe("too few requests to judge by", () => {
  beforeEach(() => void (world.served.green = { requests: 1, failed: 0, milliseconds: 10 }));

  it("take twice the time, and then it goes back", async () => {
    expect(await conducted(HANDED)).toEqual({
      outcome: "rolledBack",
      reason: `only 21 requests were seen, fewer than minSamples, which is ${LIMITS.minSamples}`,
    });
  });

  it("are enough when they come in that time", async () => {
    world.atPause = (pauses) => {
      if (pauses === 7) world.served.green = { requests: 20, failed: 0, milliseconds: 10 };
    };
    expect(await conducted(HANDED)).toEqual(PROMOTED);
  });
});

describe("the old colour's pods", () => {
  const endedAt = async (): Promise<number> => {
    let at = 0;
    const { scale } = world.pods;
    world.pods.scale = (program, colour, replicas) => {
      if (program === "api" && replicas === 0) at = world.now();
      return scale(program, colour, replicas);
    };
    expect(await conducted({ ...WATCHED, phase: "retire" })).toEqual(PROMOTED);
    return at;
  };
  beforeEach(() => void (world.current = all));

  it("end once they have answered nothing for 2 s", async () => {
    expect(await endedAt()).toBe(2_000);
  });

  it("end after drainMaxSeconds at the latest", async () => {
    world.drains = false;
    expect(await endedAt()).toBe(LIMITS.drainMaxSeconds * 1000);
  });
});
