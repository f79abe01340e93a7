import { duration, table, type Report } from "./report.ts";

const report: Report = {
  commit: "abc1234",
  when: "2026-11-30T10:00:00.000Z",
  system: "Debian GNU/Linux 12.15",
  kernel: "6.1.0",
  init: "systemd 252",
  cgroup: "v2",
  accelerator: { name: "tcg", why: "the processor shows neither vmx nor svm" },
  qemu: "10.0.2",
  slower: 12.34,
  rate: 0.08,
  brought: ["node_modules"],
  phases: [
    {
      name: "up",
      what: "make up",
      passed: true,
      guestSeconds: 129.4,
      realSeconds: 1617,
      detail: "211 created",
    },
    {
      name: "page",
      what: "the page is served",
      passed: false,
      guestSeconds: 9.96,
      realSeconds: 59.6,
      detail: "a | b",
    },
  ],
  notRun: ["down"],
};

describe("the report", () => {
  it("is a table whose first row is the machine and whose others are the phases", () => {
    expect(table(report).split("\n")).toEqual([
      "| what | command | result | when |",
      "| --- | --- | --- | --- |",
      "| the machine of the run on abc1234 | `make test-vm` | Debian GNU/Linux 12.15, kernel 6.1.0, init systemd 252, " +
        "cgroup v2; QEMU 10.0.2 with tcg (the processor shows neither vmx nor svm); 12.3 times slower than its host, clock at 0.08; " +
        "brought along: node_modules | 2026-11-30 |",
      "| make up | `make test-vm`, up | 2 min 9 s of the guest, 26 min 57 s real; 211 created | 2026-11-30 |",
      "| the page is served | `make test-vm`, page | 10 s of the guest, 1 min 0 s real; **failed**: a \\| b | 2026-11-30 |",
      "| down | `make test-vm`, down | not run | 2026-11-30 |",
    ]);
  });

  it.each([
    [0.04, "0 s"],
    [9.94, "9.9 s"],
    [59.4, "59 s"],
    [59.5, "1 min 0 s"],
    [3600, "60 min 0 s"],
  ])("writes %d seconds as %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
