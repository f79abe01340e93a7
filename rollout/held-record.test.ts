import { HeldRecord } from "./held-record.ts";
import type { Current } from "./record.ts";
import { Conflict } from "./record-store.ts";
import { MemoryStore, WATCHED } from "./testing.ts";

const MINE: Current = {
  ...WATCHED,
  id: "mine",
  phase: "check",
  holder: "driver",
  heldBy: WATCHED.by,
  beat: 0,
  before: null,
};
const THEIRS: Current = { ...MINE, id: "theirs", by: "bob@desk, process 2", heldBy: "bob@desk, process 2" };

it("is the lock while it is held, and gives it back at the end", async () => {
  const store = new MemoryStore();
  const held = await HeldRecord.take(store, () => Promise.resolve(MINE));
  await held.change({ phase: "scale" });
  expect(store.record.current).toMatchObject({ id: "mine", phase: "scale" });
  await expect(HeldRecord.take(store, () => Promise.resolve(THEIRS))).rejects.toMatchObject({
    outcome: "refused",
    message: `a rollout is under way (scale, since ${MINE.startedAt}, by ${MINE.by}): wait for it, or take it back with "make rollback"`,
  });
  await held.finish({ outcome: "promoted", reason: "nothing spoke against it" });
  expect(store.record).toMatchObject({ current: null, history: [{ id: "mine", outcome: "promoted" }] });
});

it("is taken by one of two who begin at the same moment", async () => {
  const store = new MemoryStore();
  const both = await Promise.allSettled(
    [MINE, THEIRS].map((each) => HeldRecord.take(store, () => Promise.resolve(each))),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  for (const each of both) if (each.status === "fulfilled") await each.value.release();
});

it("keeps what somebody else wrote into it in between", async () => {
  const store = new MemoryStore();
  const held = await HeldRecord.take(store, () => Promise.resolve(MINE));
  store.record = { ...store.record, current: { ...MINE, wanted: "rolledBack" } };
  expect(await held.change({ phase: "bake" })).toMatchObject({ phase: "bake", wanted: "rolledBack" });
  expect(store.record.current).toMatchObject({ phase: "bake", wanted: "rolledBack" });
  expect(held.current.wanted).toBe("rolledBack");
  await held.release();
});

it("is lost when somebody else took it over: no write goes through", async () => {
  const store = new MemoryStore();
  const held = await HeldRecord.take(store, () => Promise.resolve(MINE));
  store.record = { ...store.record, current: THEIRS };
  await expect(held.change({ phase: "bake" })).rejects.toMatchObject({ outcome: "undecided" });
  expect(store.record.current).toEqual(THEIRS);
  await held.release();
});

it("belongs to the guard once it was handed over: the driver can write nothing more", async () => {
  const store = new MemoryStore();
  const held = await HeldRecord.take(store, () => Promise.resolve(MINE));
  await held.handOver({ phase: "shift" });
  await expect(held.change({ phase: "scale" })).rejects.toMatchObject({ outcome: "undecided" });
  expect(store.record.current).toMatchObject({ phase: "shift", holder: "guard" });
});

it("is written by the guard that took it over last, and by no other guard", async () => {
  const store = new MemoryStore({ version: 2, current: WATCHED, history: [] });
  const first = await HeldRecord.adopt(store, await store.read(), "guard-a");
  const second = await HeldRecord.adopt(store, await store.read(), "guard-b", { why: "because" });
  await expect(first.change({ phase: "retire" })).rejects.toMatchObject({ outcome: "undecided" });
  await expect(first.finish({ outcome: "promoted", reason: "" })).rejects.toMatchObject({
    outcome: "undecided",
  });
  expect(await second.change({ phase: "retire" })).toMatchObject({ heldBy: "guard-b", why: "because" });
  await Promise.all([first.release(), second.release()]);
});

it("is not taken over from what was read before somebody wrote", async () => {
  const store = new MemoryStore({ version: 2, current: WATCHED, history: [] });
  const seen = await store.read();
  await store.write({ ...seen.record }, seen);
  await expect(HeldRecord.adopt(store, seen, "guard-a")).rejects.toBeInstanceOf(Conflict);
});
