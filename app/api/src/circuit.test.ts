import { Circuit } from "./circuit.ts";
import type { Permit } from "./circuit.ts";

function setUp(failures: number) {
  const clock = { now: 0 };
  const circuit = new Circuit({ failures, openMs: 100, maxOpenMs: 300 }, () => clock.now);
  const admitted = (): Permit => {
    const permit = circuit.admit();
    if (permit === undefined) throw new Error("not admitted");
    return permit;
  };
  return { clock, circuit, admitted, allows: () => circuit.admit() !== undefined };
}

describe("Circuit", () => {
  it("opens after failures in a row, not before", () => {
    const { circuit, admitted, allows } = setUp(2);
    circuit.failed(admitted());
    circuit.succeeded(admitted());
    expect([circuit.failed(admitted()), circuit.open, allows()]).toEqual(["closed", false, true]);
    expect([circuit.failed(admitted()), circuit.open, allows()]).toEqual(["opened", true, false]);
  });

  it("lets one try after a while, and everybody once that went well", () => {
    const { circuit, clock, admitted, allows } = setUp(1);
    circuit.failed(admitted());
    clock.now = 99;
    expect(allows()).toBe(false);
    clock.now = 100;
    const trial = admitted();
    // However long it takes, nobody else tries meanwhile.
    clock.now = 300;
    expect(allows()).toBe(false);
    circuit.succeeded(trial);
    expect([circuit.open, allows(), allows()]).toEqual([false, true, true]);
  });

  it("stays open twice as long after each failed trial, up to a limit", () => {
    const { circuit, clock, admitted } = setUp(1);
    const waits: number[] = [];
    circuit.failed(admitted());
    for (let trial = 0; trial < 4; trial += 1) {
      const begun = clock.now;
      let permit = circuit.admit();
      while (permit === undefined) {
        clock.now += 10;
        permit = circuit.admit();
      }
      waits.push(clock.now - begun);
      expect(circuit.failed(permit)).toBe("open");
    }
    expect(waits).toEqual([100, 200, 300, 300]);
  });

  it("pauses once for ten failures that were under way together, also when they come late", () => {
    const { circuit, clock, admitted, allows } = setUp(1);
    const [first, ...others] = Array.from({ length: 10 }, admitted);
    if (first === undefined) throw new Error("ten");
    expect(circuit.failed(first)).toBe("opened");
    const late = others.splice(0, 3);
    for (const permit of others) expect(circuit.failed(permit)).toBe("open");
    clock.now = 99;
    expect(allows()).toBe(false);
    clock.now = 100;
    const trial = admitted();
    for (const permit of late) circuit.failed(permit);
    circuit.succeeded(trial);
    // Nor do they open it again.
    for (const permit of late) expect(circuit.failed(permit)).toBe("closed");
    expect([circuit.open, allows()]).toEqual([false, true]);
  });

  it("is not closed by a success that was begun before it opened", () => {
    const { circuit, clock, admitted, allows } = setUp(1);
    const [slow, lost] = [admitted(), admitted()];
    circuit.failed(lost);
    circuit.succeeded(slow);
    expect([circuit.open, allows()]).toEqual([true, false]);
    clock.now = 100;
    circuit.failed(admitted());
    circuit.succeeded(slow);
    expect(circuit.open).toBe(true);
  });

  it("gives the trial to the next when it was neither, or was never told of", () => {
    const { circuit, clock, admitted, allows } = setUp(1);
    circuit.failed(admitted());
    clock.now = 100;
    circuit.undecided(admitted());
    const forgotten = admitted();
    clock.now = 399;
    expect(allows()).toBe(false);
    clock.now = 400;
    circuit.succeeded(admitted());
    expect(circuit.failed(forgotten)).toBe("closed");
    expect(circuit.open).toBe(false);
  });
});
