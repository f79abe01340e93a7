import { join } from "node:path";
import { format } from "node:util";
import { stateDir } from "../paths.ts";
import { models } from "./aws-models.ts";
import { keepLogsShort } from "./log-files.ts";
import { RegionError } from "./region-error.ts";
import { RepeatedLines } from "./repeated-lines.ts";
import { startRegion } from "./region.ts";
import { HELD, settings } from "./settings.ts";
import { SERVING } from "./supervisor.ts";

const FLUSH_EVERY_MS = 60_000;

// What fails is tried again every few seconds: the log says it once, and then how often.
const lines = new RepeatedLines();
for (const level of ["log", "error"] as const) {
  const write = console[level].bind(console);
  console[level] = (...said: unknown[]) => lines.line(format(...said), write);
}
setInterval(() => lines.flush(), FLUSH_EVERY_MS).unref();

try {
  const region = await startRegion(settings(), models);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      region.close();
      process.exit(0);
    });
  }
  keepLogsShort(join(stateDir(), "log"));
  // Only a supervisor listens. Without it the region goes on.
  process.send?.(SERVING);
  process.channel?.unref();
  await region.ended;
  // A change that was given up may still run: it must make nothing more.
  process.exit(0);
} catch (error) {
  if (!(error instanceof RegionError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exit(error.code === "RegionHeld" ? HELD : 1);
}
