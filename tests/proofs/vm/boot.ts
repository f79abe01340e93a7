import { setTimeout as delay } from "node:timers/promises";
import { clockRate } from "./clock.ts";
import { Guest, realMs } from "./guest.ts";
import { startMachine, type Machine, type MachineOptions } from "./machine.ts";
import { measureSlowness } from "./speed.ts";

/** A guest that has booted, its clock at the rate that was measured. */
export interface Booted {
  readonly machine: Machine;
  readonly guest: Guest;
  /** How many times slower the guest is than this machine. */
  readonly slower: number;
  /** Real seconds from QEMU's start to the end of the boot. */
  readonly bootSeconds: number;
}

/** In seconds of the guest's clock. */
const bootDeadline = 300;

/**
 * Waits until one can log in and systemd says that the boot is over. `unlike` is the boot that was before: until another one
 * answers, the guest has not been rebooted. Answers the boot's id.
 */
export async function untilBooted(guest: Guest, unlike?: string): Promise<string> {
  const end = Date.now() + realMs(bootDeadline, guest.rate);
  let last = "";
  while (Date.now() < end) {
    const call = { deadline: bootDeadline };
    const { code, output, stdout } = await guest.run("cat /proc/sys/kernel/random/boot_id", call);
    const id = stdout.trim();
    if (code === 0 && id !== unlike) {
      // Its answer is a word and a code for each state; "degraded" is for the comparison of units to judge.
      await guest.run("systemctl is-system-running --wait", call);
      return id;
    }
    last = output.trim();
    await delay(2_000);
  }
  throw new Error(`nobody can log in ${bootDeadline} s of the guest after its start: ${last}`);
}

/** Measures how slow the guest is, sets its clock by that, and boots it. */
export async function bootMeasured(
  options: MachineOptions,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<Booted> {
  report("how fast is it?");
  const slower = await measureSlowness(options, signal);
  const rate = clockRate(slower);
  report(`the guest is ${slower.toFixed(1)} times slower than this machine: its clock runs at ${rate}`);
  const began = performance.now();
  const machine = await startMachine(options, rate, "prove");
  try {
    const guest = new Guest(machine, options.folder, rate, signal);
    await untilBooted(guest);
    return { machine, guest, slower, bootSeconds: (performance.now() - began) / 1000 };
  } catch (error) {
    await machine.stop();
    throw error;
  }
}
