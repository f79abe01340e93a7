import { HeldRecord, type Ended } from "./held-record.ts";
import type { Current } from "./record.ts";
import { MemoryStore, WATCHED } from "./testing.ts";

const MINE: Current = { ...WATCHED, id: "mine", phase: "check", beat: 0, before: null };
const THEIRS: Current = { ...MINE, id: "theirs", by: "bob@desk, process 2", phase: "bake", beat: 7 };
const ROLLED_BACK: Ended = { outcome: "rolledBack", reason: "its driver went away" };
const EXPIRES_MS = 200;

const left = (current: Current): MemoryStore => new MemoryStore({ version: 1, current, history: [] });
const settle = (store: MemoryStore, put: () => Promise<Ended> = () => Promise.resolve(ROLLED_BACK)) =>
  HeldRecord.settleAbandoned(store, MINE.by, put, EXPIRES_MS);

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
  await held.change({ phase: "bake" });
  expect(store.record.current).toMatchObject({ phase: "bake", wanted: "rolledBack" });
  expect(await held.isUnwanted()).toBe(true);
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

it("takes over a rollout whose beat stands still, and puts it into the history", async () => {
  const store = left(THEIRS);
  expect(await settle(store)).toEqual(ROLLED_BACK);
  expect(store.record).toMatchObject({ current: null, history: [{ id: "theirs", ...ROLLED_BACK }] });
});

it("does not touch one that beats, nor settle where there is none", async () => {
  const store = left(THEIRS);
  const beating = setTimeout(() => {
    store.record = { ...store.record, current: { ...THEIRS, beat: 8 } };
  }, EXPIRES_MS / 2);
  await expect(settle(store)).rejects.toMatchObject({ outcome: "refused" });
  clearTimeout(beating);
  expect(store.record.current?.id).toBe("theirs");
  expect(await settle(new MemoryStore())).toBeUndefined();
});

it("leaves the record for the next command where things cannot be put right", async () => {
  const store = left(THEIRS);
  await expect(settle(store, () => Promise.reject(new Error("no way")))).rejects.toThrow("no way");
  expect(store.record.current?.id).toBe("theirs");
});
