import { memoryInUse, proportionalMemory } from "./memory.ts";

describe("memory in use", () => {
  it("reads the proportional set size, not the resident one", () => {
    expect(proportionalMemory("Rss:   900 kB\nPss:             120 kB\nPss_Anon:  80 kB\n")).toBe(120 * 1024);
  });

  it("counts a process once and one that has ended not at all", () => {
    const own = memoryInUse("twinstack-no-such-cgroup", [process.pid, process.pid]);
    expect(own).toBeGreaterThan(10 * 1024 ** 2);
    expect(own).toBeLessThan(2 * 1024 ** 3);
    expect(memoryInUse("twinstack-no-such-cgroup", [2 ** 30])).toBe(0);
  });
});
