import { settle } from "./settle.ts";
import type { Current } from "./record.ts";
import { TestWorld, WATCHED } from "./testing.ts";

const LEFT: Current = WATCHED;

let world: TestWorld;
beforeEach(() => {
  world = new TestWorld();
  world.counts["api-green"] = 3;
  Object.assign(world.minimums, { blue: 3, green: 3 });
});

const after = (): object => ({ weights: world.current, counts: world.counts, minimums: world.minimums });
const BLUE_ALONE = {
  weights: { blue: 100, green: 0 },
  counts: { "api-blue": 3, "api-green": 0, "worker-blue": 1, "worker-green": 0 },
  minimums: { blue: 2, green: 2 },
};
const GREEN_ALONE = {
  weights: { blue: 0, green: 100 },
  counts: { "api-blue": 0, "api-green": 3, "worker-blue": 0, "worker-green": 1 },
  minimums: { blue: 2, green: 2 },
};

it.each<[string, Partial<Current>, { blue: number; green: number }, string, object]>([
  [
    "in the release",
    { phase: "release", before: null },
    { blue: 100, green: 0 },
    "failedBeforeTraffic",
    BLUE_ALONE,
  ],
  [
    "before the shift was written",
    { phase: "shift" },
    { blue: 100, green: 0 },
    "failedBeforeTraffic",
    BLUE_ALONE,
  ],
  ["in a step", { phase: "shift" }, { blue: 90, green: 10 }, "rolledBack", BLUE_ALONE],
  ["while it was watched", { phase: "bake" }, { blue: 0, green: 100 }, "rolledBack", BLUE_ALONE],
  ["when it had been watched", { phase: "retire" }, { blue: 0, green: 100 }, "promoted", GREEN_ALONE],
  [
    "unwanted by then",
    { phase: "retire", wanted: "rolledBack" },
    { blue: 0, green: 100 },
    "rolledBack",
    BLUE_ALONE,
  ],
])("leaves one colour with everything: left %s", async (_what, left, weights, outcome, expected) => {
  world.current = weights;
  if (left.before === null) Object.assign(world.minimums, { blue: 2, green: 2 });
  expect((await settle(world, { ...LEFT, ...left })).outcome).toBe(outcome);
  expect(after()).toEqual(expected);
});

it("changes nothing where the old colour is not whole", async () => {
  world.current = { blue: 50, green: 50 };
  world.health = { blue: "unhealthy", green: "healthy" };
  await expect(settle(world, LEFT)).rejects.toMatchObject({ outcome: "undecided" });
  expect(world.did).toEqual([]);
});
