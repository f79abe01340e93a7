import { BackgroundLoop } from "../../background-loop.ts";
import type { Database } from "../../database/database.ts";
import type { Logger } from "../../logging.ts";
import { recalculateMiscounted } from "./counting.ts";

/** Milliseconds between two looks; a look finds nothing in an index that is nearly always empty. */
const PAUSE_MS = 5_000;

/** Looks from time to time for what another rule has counted, and counts it again. Any number may run at once. */
export function recount(database: Database, logger: Logger): BackgroundLoop {
  return new BackgroundLoop({
    look: async () => {
      const { value: found } = await database.write(recalculateMiscounted, { idempotent: true });
      if (found === 0) return PAUSE_MS;
      logger.info("participants were counted again", { participants: found });
      return 0;
    },
    failedPauseMs: PAUSE_MS,
    failing: (error) => logger.warn("the leaderboard cannot be counted again just now", { error }),
  });
}
