import type { Cache } from "../cache/cache.ts";
import { sharedKeys } from "../cache/keys.ts";
import type { Database } from "../database/database.ts";
import { recalculate } from "../features/leaderboard/counting.ts";
import { attemptSubmitted, jobData } from "./messages.ts";
import { markDone } from "./outbox.ts";

/** `repeated`: the work was done already, by an earlier delivery. */
export type Outcome = "done" | "repeated";

/**
 * Does what a job asks for. Its effect and the mark that it is done are one transaction: a job that comes twice, or at
 * the same time to two workers, takes effect once.
 *
 * @throws Error for a kind or version that this release does not know: it is left to one that does.
 */
export async function handleJob(data: unknown, database: Database, cache: Cache): Promise<Outcome> {
  const job = jobData.parse(data);
  if (job.kind !== attemptSubmitted.kind || job.version !== attemptSubmitted.version) {
    throw new Error(`This release does not know ${job.kind} in version ${job.version}.`);
  }
  const { participantId, quizId } = attemptSubmitted.payload.parse(job.payload);
  const { value: first } = await database.write(
    async (query) => {
      if (!(await markDone(query, job.outboxId))) return false;
      await recalculate(query, [participantId], quizId);
      return true;
    },
    { idempotent: true },
  );
  if (!first) return "repeated";
  await cache.forget([sharedKeys.overallLeaderboard, sharedKeys.leaderboard(quizId)]);
  return "done";
}
