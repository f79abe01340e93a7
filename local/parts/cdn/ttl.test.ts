import fc from "fast-check";
import { atMost } from "./ttl.ts";

const matches = (most: number, number: number): boolean =>
  new RegExp(`^(?:${atMost(most)})$`).test(String(number));

it.each([0, 1, 9, 10, 59, 60, 99, 100, 3600, 86_400, 31_536_000, 3_153_600_000])(
  "a pattern of the numbers up to %i has the last of them and not the next",
  (most) => {
    expect([matches(most, 0), matches(most, most), matches(most, most + 1)]).toEqual([true, true, false]);
  },
);

it("has every number up to its last and no other", () => {
  const seconds = fc.integer({ min: 0, max: 3_153_600_000 });
  fc.assert(fc.property(seconds, seconds, (most, number) => matches(most, number) === number <= most));
  const few = fc.integer({ min: 0, max: 200 });
  fc.assert(fc.property(few, few, (most, number) => matches(most, number) === number <= most));
});
