import { BackgroundLoop } from "./background-loop.ts";

/** A loop whose looks come to what `looks` says, one after the other, and that stops itself after the last. */
async function run(looks: readonly (number | Error)[]): Promise<readonly string[]> {
  const told: string[] = [];
  const left = [...looks];
  const { promise: over, resolve: end } = Promise.withResolvers<undefined>();
  const loop = new BackgroundLoop({
    look: async () => {
      const next = left.shift();
      told.push("look");
      if (left.length === 0) end(undefined);
      if (next instanceof Error) throw next;
      return next ?? 0;
    },
    failedPauseMs: 1,
    failing: (error) => told.push(`failing: ${(error as Error).message}`),
    recovered: () => told.push("recovered"),
  });
  loop.start();
  await over;
  await loop.stop();
  return told;
}

it("looks until it is stopped, and says nothing of looks that succeed", async () => {
  expect((await run([1, 1, 60_000])).every((line) => line === "look")).toBe(true);
});

it("tells of a failure once, and once that it is over", async () => {
  expect(await run([new Error("one"), new Error("two"), 1, 1, new Error("three"), 60_000])).toEqual([
    "look",
    "failing: one",
    "look",
    "look",
    "recovered",
    "look",
    "look",
    "failing: three",
    "look",
    "recovered",
  ]);
});

it("ends a pause that is under way when it is stopped", async () => {
  expect(await run([3_600_000])).toEqual(["look"]);
});
