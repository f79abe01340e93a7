import { run } from "../../../local/toolchain/run.ts";

/**
 * A fixed piece of work for one processor, the same on host and guest. perl, because Debian's smallest system has it. Prints
 * the seconds of the clock and of the processor that it took.
 */
export const cpuJob = [
  "perl",
  "-MTime::HiRes=time",
  "-e",
  "my $t=time;my @c=times;my $x=0;for(my $i=0;$i<2000000;$i++){$x=($x*31+$i)%1000003}" +
    'my @d=times;printf "%.4f %.4f\\n",time-$t,$d[0]+$d[1]-$c[0]-$c[1]',
] as const;

/** What the job took, in seconds. */
export interface JobTime {
  readonly clock: number;
  readonly processor: number;
}

/** Reads what the job printed. Throws with the text when it is something else. */
export function readJobTime(text: string): JobTime {
  const [clock, processor] = text.trim().split(" ").map(Number);
  if (
    !Number.isFinite(clock) ||
    !Number.isFinite(processor) ||
    clock === undefined ||
    processor === undefined
  ) {
    throw new Error(`the measuring job printed "${text.trim()}" instead of two numbers`);
  }
  return { clock, processor };
}

/** The job's time on this machine: the quickest of three, because other work only ever adds. */
export async function measureHost(): Promise<JobTime> {
  const [program, ...args] = cpuJob;
  const times: JobTime[] = [];
  for (let round = 0; round < 3; round += 1) times.push(readJobTime(await run(program, args)));
  return times.reduce((best, each) => (each.processor < best.processor ? each : best));
}

/**
 * How many times slower the guest is than this machine would be were it idle. `guestClock` is the job's real time in the guest:
 * other work on the host slows the guest too, and counts.
 */
export function slowness(host: JobTime, guestClock: number): number {
  return guestClock / host.processor;
}

/** Below this rate a minute of the guest takes more than 20 of ours, and a run cannot end in its time. */
const LEAST_RATE = 0.05;

/**
 * The rate at which the guest's clock is to run so that its deadlines mean what they mean on a real machine: 1 where it is as
 * fast, otherwise one part in `slower`, in steps of hundredths.
 */
export function clockRate(slower: number): number {
  const rate = Math.round(100 / slower) / 100;
  return Math.min(1, Math.max(LEAST_RATE, rate));
}
