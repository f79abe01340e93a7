import { clockRate, measureHost, readJobTime, slowness } from "./clock.ts";

describe("the guest's slowness", () => {
  it("is the job's real time in the guest over its processor time here", () => {
    // Here the job had to wait for other work: that slows the guest too, and is no measure of this machine.
    expect(slowness({ clock: 9, processor: 0.5 }, 15)).toBe(30);
    expect(slowness({ clock: 0.5, processor: 0.5 }, 0.5)).toBe(1);
  });

  it("is read from what the job prints, and from nothing else", () => {
    expect(readJobTime("0.3012 0.2900\n")).toEqual({ clock: 0.3012, processor: 0.29 });
    expect(() => readJobTime("perl: not found")).toThrow(
      'the measuring job printed "perl: not found" instead of two numbers',
    );
    expect(() => readJobTime("")).toThrow('printed ""');
    expect(() => readJobTime("0.3")).toThrow('printed "0.3"');
  });

  it("can be measured here", async () => {
    const { clock, processor } = await measureHost();
    expect(processor).toBeGreaterThan(0);
    expect(clock).toBeGreaterThan(0);
  });
});

describe("the clock's rate", () => {
  it.each([
    [12.4, 0.08],
    [10, 0.1],
    [2, 0.5],
    [1, 1],
    // A guest that measures faster than its host still has a clock of its own time.
    [0.9, 1],
    [65, 0.05],
  ])("of a guest %d times slower is %d", (slower, rate) => {
    expect(clockRate(slower)).toBe(rate);
  });
});
