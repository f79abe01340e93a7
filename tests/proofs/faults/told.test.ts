import { timesOf } from "./told.ts";

const lines = (...events: readonly object[]): string => events.map((each) => JSON.stringify(each)).join("\n");

it("tells how soon a fault was found, and how soon the weights were back", () => {
  const told = lines(
    { event: "phase", phase: "shift", at: 40 },
    { event: "weights", weights: { blue: 0, green: 100 }, at: 41 },
    { event: "note", text: "is taken back: 2 of 60 requests were answered with 5xx", at: 49.5 },
    { event: "weights", weights: { blue: 100, green: 0 }, at: 51 },
  );
  expect(timesOf(`Updating (local-green)\n${told}\n`)).toEqual({ detected: 8.5, back: 1.5 });
});

it("tells nothing of a rollout without a fault, or without a shift", () => {
  const promoted = lines({ event: "weights", weights: {}, at: 41 }, { event: "end", at: 60 });
  expect(timesOf(promoted)).toEqual({ detected: undefined, back: undefined });
  expect(timesOf("")).toEqual({ detected: undefined, back: undefined });
});
