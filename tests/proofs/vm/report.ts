import type { Accelerator } from "./accelerator.ts";

/** How one phase ended. */
export interface PhaseResult {
  readonly name: string;
  readonly what: string;
  readonly passed: boolean;
  /** Of the guest's clock. */
  readonly guestSeconds: number;
  readonly realSeconds: number;
  /** What it found, or the first line of why it failed. */
  readonly detail: string;
}

/** What a run tells; written as JSON too. */
export interface Report {
  readonly commit: string;
  readonly when: string;
  /** From the guest: the distribution's own name and version, kernel, the program of process 1, cgroup version. */
  readonly system: string;
  readonly kernel: string;
  readonly init: string;
  readonly cgroup: string;
  readonly accelerator: Accelerator;
  /** QEMU's version. */
  readonly qemu: string;
  /** How many times slower than its host the guest was measured, and the rate its clock ran at for that. */
  readonly slower: number;
  readonly rate: number;
  /** What was brought along instead of being downloaded or built in the guest. */
  readonly brought: readonly string[];
  readonly phases: readonly PhaseResult[];
  /** Chosen phases that came after the one that failed. */
  readonly notRun: readonly string[];
}

/** A number of seconds as people read it. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** The rows for docs/benchmarks.md: one for the machine, one a phase. */
export function table(report: Report): string {
  const day = report.when.slice(0, 10);
  const { name, why } = report.accelerator;
  const machine =
    `${report.system}, kernel ${report.kernel}, init ${report.init}, cgroup ${report.cgroup}; QEMU ${report.qemu} with ${name} (${why}); ` +
    `${report.slower.toFixed(1)} times slower than its host, clock at ${report.rate}; brought along: ${report.brought.join(", ")}`;
  const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    row("what", "command", "result", "when"),
    row("---", "---", "---", "---"),
    row(`the machine of the run on ${report.commit}`, "`make test-vm`", machine, day),
    ...report.phases.map((phase) => {
      const times = `${duration(phase.guestSeconds)} of the guest, ${duration(phase.realSeconds)} real`;
      const ended = phase.passed ? phase.detail : `**failed**: ${phase.detail}`;
      return row(
        phase.what,
        `\`make test-vm\`, ${phase.name}`,
        `${times}; ${ended.replaceAll("|", "\\|")}`,
        day,
      );
    }),
    ...report.notRun.map((name) => row(name, `\`make test-vm\`, ${name}`, "not run", day)),
  ].join("\n");
}
