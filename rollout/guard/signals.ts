import { readCounters, type Counters } from "./metrics.ts";
import type { Sample } from "./tally.ts";

/** Reads the counters of pods. Those that do not answer are left out. */
export type ReadSample = (addresses: readonly string[]) => Promise<Sample>;

const TIMEOUT_MS = 1_500;

/** Asks each pod for `/metrics` at its own address. */
export function podMetrics(port: number): ReadSample {
  return async (addresses) => {
    const asked = addresses.map(async (address) => [address, await countersOf(address, port)] as const);
    const answered = await Promise.all(asked);
    return new Map(answered.flatMap(([address, counters]) => (counters ? [[address, counters]] : [])));
  };
}

/** Undefined: the pod does not answer, and what does that mean is for the caller to say. */
async function countersOf(address: string, port: number): Promise<Counters | undefined> {
  try {
    const host = address.includes(":") ? `[${address}]` : address;
    const response = await fetch(`http://${host}:${port}/metrics`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? readCounters(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}
