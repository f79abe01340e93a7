import { models } from "./aws-models.ts";
import { RegionError } from "./region-error.ts";
import { startRegion } from "./region.ts";
import { HELD, settings } from "./settings.ts";
import { SERVING } from "./supervisor.ts";

try {
  const region = await startRegion(settings(), models);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      region.close();
      process.exit(0);
    });
  }
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
