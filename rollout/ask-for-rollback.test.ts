import { askForRollback } from "./ask-for-rollback.ts";
import { finish, type Current } from "./record.ts";
import { TestWorld, WATCHED } from "./testing.ts";

const CURRENT: Current = { ...WATCHED, before: null };
const EXPIRES_MS = 100;

let world: TestWorld;
beforeEach(() => {
  world = new TestWorld();
});

it("asks nobody while no rollout is under way", async () => {
  expect(await askForRollback(world, EXPIRES_MS)).toBeUndefined();
  expect(world.records.record.current).toBeNull();
});

it("waits until the driver has taken it back, and answers how it ended", async () => {
  world.records.record = { version: 1, current: CURRENT, history: [] };
  world.atPause = (pauses) => {
    const { record } = world.records;
    const current = record.current && { ...record.current, beat: record.current.beat + 1 };
    const beaten = { ...record, current };
    world.records.record =
      pauses < 20 ? beaten : finish(beaten, { outcome: "rolledBack", reason: "taken back" }, new Date(0));
  };
  expect(await askForRollback(world, EXPIRES_MS)).toMatchObject({
    outcome: "rolledBack",
    reason: "taken back",
  });
});

it("says so when the driver gives no sign of life, and leaves the wish for who comes next", async () => {
  world.records.record = { version: 1, current: CURRENT, history: [] };
  expect(await askForRollback(world, EXPIRES_MS)).toBe("abandoned");
  expect(world.records.record.current).toEqual({ ...CURRENT, wanted: "rolledBack" });
});
