import { Circuit } from "./circuit.ts";

function setUp(failures: number) {
  const clock = { now: 0 };
  return { clock, circuit: new Circuit({ failures, openMs: 100, maxOpenMs: 300 }, () => clock.now) };
}

describe("Circuit", () => {
  it("opens after failures in a row, not before", () => {
    const { circuit } = setUp(2);
    circuit.failed();
    circuit.succeeded();
    expect([circuit.failed(), circuit.open, circuit.allows()]).toEqual(["closed", false, true]);
    expect([circuit.failed(), circuit.open, circuit.allows()]).toEqual(["opened", true, false]);
    expect(circuit.failed()).toBe("open");
  });

  it("lets one try after a while, and everybody once that went well", () => {
    const { circuit, clock } = setUp(1);
    circuit.failed();
    clock.now = 99;
    expect(circuit.allows()).toBe(false);
    clock.now = 100;
    expect([circuit.allows(), circuit.allows()]).toEqual([true, false]);
    circuit.succeeded();
    expect([circuit.allows(), circuit.allows()]).toEqual([true, true]);
  });

  it("stays open twice as long after each failed trial, up to a limit", () => {
    const { circuit, clock } = setUp(1);
    const waits: number[] = [];
    circuit.failed();
    for (let trial = 0; trial < 4; trial += 1) {
      const begun = clock.now;
      while (!circuit.allows()) clock.now += 10;
      waits.push(clock.now - begun);
      circuit.failed();
    }
    expect(waits).toEqual([100, 200, 300, 300]);
  });
});
