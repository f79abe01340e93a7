import { keptRecordSchema } from "./record.ts";
import { WATCHED } from "./testing.ts";

const ENTRY = {
  id: "one",
  kind: "rollout",
  from: "blue",
  to: "green",
  image: "image@2",
  startedAt: "2026-11-30T12:00:00.000Z",
  endedAt: "2026-11-30T12:01:00.000Z",
  by: "ada",
  outcome: "promoted",
  reason: "",
};

it("keeps the history of the version before the guard", () => {
  const former = { version: 1, current: null, history: [ENTRY] };
  expect(keptRecordSchema.parse(former)).toEqual({ version: 2, current: null, history: [ENTRY] });
});

it("refuses a rollout of that version that is under way: nobody here could end it", () => {
  const former = { version: 1, current: WATCHED, history: [] };
  expect(keptRecordSchema.safeParse(former).success).toBe(false);
});
