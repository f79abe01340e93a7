import { checkMemory, memoryNeeded, memoryOf, memoryTaken } from "./memory-check.ts";

const gibibyte = 1024 ** 3;
const meminfo = (total: number, available: number, swapFree: number): string =>
  `MemTotal: ${total / 1024} kB\nMemFree: 1 kB\nMemAvailable:   ${available / 1024} kB\nSwapFree: ${swapFree / 1024} kB\n`;

describe("checkMemory", () => {
  it("blocks below what is needed, not at it", () => {
    const memory = { available: memoryTaken, ours: 0 };
    expect(checkMemory({ ...memory, total: memoryNeeded }).state).toBe("ok");
    expect(checkMemory({ ...memory, total: memoryNeeded - 1 })).toEqual({
      name: "memory",
      state: "blocks",
      found: "3.5 GiB",
      fix: "use a machine with at least 4 GiB",
    });
  });

  it("blocks where other programs hold the memory, but never for what a running stack holds", () => {
    const memory = { total: 4 * gibibyte, available: gibibyte };
    expect(checkMemory({ ...memory, ours: 0 })).toEqual({
      name: "memory",
      state: "blocks",
      found: "4.0 GiB, 1.0 GiB available; the stack takes up to 2.5 GiB",
      fix: 'end what takes the memory ("ps -e --sort=-rss -o rss,comm"), or add swap',
    });
    expect(checkMemory({ ...memory, ours: 1.5 * gibibyte })).toMatchObject({
      state: "ok",
      found: "4.0 GiB, 1.0 GiB available, 1.5 GiB held by the stack that is up",
    });
  });
});

describe("memoryOf", () => {
  const never = (): number => {
    throw new Error("asked although it does not matter");
  };

  it("counts swap, and asks what a running stack holds only where it decides", () => {
    expect(memoryOf(meminfo(4 * gibibyte, 2 * gibibyte, gibibyte), 0, 0, never)).toEqual({
      total: 4 * gibibyte,
      available: 3 * gibibyte,
      ours: 0,
    });
    expect(memoryOf(meminfo(4 * gibibyte, gibibyte, 0), 0, 0, () => 7).ours).toBe(7);
  });

  it("takes the limit of a cgroup for the machine's memory where it is less", () => {
    const machine = meminfo(24 * gibibyte, 20 * gibibyte, 0);
    expect(memoryOf(machine, 2 * gibibyte, gibibyte, () => 0)).toEqual({
      total: 2 * gibibyte,
      available: gibibyte,
      ours: 0,
    });
    expect(memoryOf(machine, 2 ** 63, 5, never).available).toBe(20 * gibibyte);
  });
});
