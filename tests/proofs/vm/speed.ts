import { readFile } from "node:fs/promises";
import { measureHost, readJobTime, slowness } from "./clock.ts";
import { consoleLogOf, startMachine, type MachineOptions } from "./machine.ts";

/** In real milliseconds: a kernel's boot and seconds of work, on a machine that is busy with other things. */
const measuringLimitMs = 20 * 60_000;

/**
 * How many times slower the guest is than this machine would be were it idle: the same work here and in the guest, which boots for
 * that alone, with its clock at the real rate, and ends.
 */
export async function measureSlowness(options: MachineOptions, signal: AbortSignal): Promise<number> {
  const host = await measureHost();
  const machine = await startMachine(options, 1, "measure");
  const stop = AbortSignal.any([signal, AbortSignal.timeout(measuringLimitMs)]);
  const stopped = (): void => void machine.stop();
  stop.addEventListener("abort", stopped);
  try {
    stop.throwIfAborted();
    const end = await machine.ended;
    stop.throwIfAborted();
    const console = await readFile(consoleLogOf(options.folder), "utf8");
    const times = [...console.matchAll(/^measured ([\d. ]+?)\s*$/gm)].map(([, text = ""]) =>
      readJobTime(text),
    );
    if (times.length === 0) throw new Error(`the guest ended before it had measured itself: ${end}`);
    return slowness(host, Math.min(...times.map(({ clock }) => clock)));
  } finally {
    stop.removeEventListener("abort", stopped);
    await machine.stop();
  }
}
