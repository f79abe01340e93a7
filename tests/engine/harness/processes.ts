import { readdir, readFile } from "node:fs/promises";

/** Processes whose environment holds `marker`: what a command started is found even after its parents have gone. */
export async function processesWith(marker: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc"))
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return environment.includes(marker) ? [pid] : [];
    }),
  );
  return found.flat();
}

/** Polls until `condition` answers something else than undefined or false; throws after `seconds` with `what`. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
  seconds = 10,
): Promise<T> {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) {
      return value;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${seconds} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
