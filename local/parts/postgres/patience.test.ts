import { Patience } from "./patience.ts";

let clock = 0;
let patience: Patience;
beforeEach(() => {
  clock = 1_000_000;
  patience = new Patience(15_000, () => clock);
});

it("begins with the first wait, not before: an hour of copying is no time in which a follower could follow", () => {
  clock += 3_600_000;
  patience.wait("");
  expect(patience.spent).toBe(false);
  clock += 15_000;
  patience.wait("");
  expect(patience.spent).toBe(false);
  clock += 1;
  expect(patience.spent).toBe(true);
});

it("is never spent while the work goes on, and is once it stands still", () => {
  for (let segment = 0; segment < 500; segment += 1) {
    patience.wait(`startup recovering ${segment}`);
    clock += 14_000;
    expect(patience.spent).toBe(false);
  }
  patience.wait("startup recovering 499");
  clock += 14_000;
  expect(patience.spent).toBe(true);
});

it("begins anew after a reset", () => {
  patience.wait("");
  clock += 60_000;
  patience.reset();
  expect(patience.spent).toBe(false);
  patience.wait("");
  expect(patience.spent).toBe(false);
});
