import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { proofDir } from "./image.ts";
import { consoleLogOf } from "./machine.ts";
import type { Guest } from "./guest.ts";

/** What a failed run leaves to be read: the guest's logs, where it still answers. */
const guestLogs = {
  "region.log": "cat /var/lib/twinstack/log/region.log",
  "journal.log": "journalctl --boot --no-pager --lines 2000",
} as const;

/**
 * Keeps the console's log, the region's log, the guest's journal and what the phases printed; answers the folder. A log that cannot be had
 * is kept as the reason.
 */
export async function keepLogs(folder: string, printed: string, guest: Guest | undefined): Promise<string> {
  const kept = join(proofDir(), `failed-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`);
  await mkdir(kept, { recursive: true });
  await writeFile(join(kept, "phases.log"), printed);
  const reason = (error: unknown): string => `not to be had: ${(error as Error).message}\n`;
  await copyFile(consoleLogOf(folder), join(kept, "console.log")).catch((error: unknown) =>
    writeFile(join(kept, "console.log"), reason(error)),
  );
  if (guest === undefined) return kept;
  for (const [name, line] of Object.entries(guestLogs)) {
    const text = await guest.run(line, { deadline: 60 }).then(({ output }) => output, reason);
    await writeFile(join(kept, name), text);
  }
  return kept;
}
