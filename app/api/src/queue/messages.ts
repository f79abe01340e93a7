import { z } from "zod";

/**
 * A kind of work that is put into the outbox. Two releases live side by side: each reads what the other wrote. Fields
 * may be added (older readers pass over them, newer ones give them a default); anything else is a new version, which a
 * worker that does not know it leaves to one that does.
 */
export interface MessageKind<Payload> {
  readonly kind: string;
  readonly version: number;
  readonly payload: z.ZodType<Payload>;
}

export const attemptSubmitted = {
  kind: "attempt.submitted",
  version: 1,
  payload: z.object({ attemptId: z.uuid(), participantId: z.uuid(), quizId: z.string() }),
};

/** What goes through the queue: the outbox row, by its id. */
export const jobData = z.object({
  outboxId: z.string().regex(/^\d+$/),
  kind: z.string(),
  version: z.int(),
  payload: z.unknown(),
});

export type JobData = z.output<typeof jobData>;
