import { z } from "zod";
import { optionId, scoreRequest, scoreResult } from "../quizzes/contract.ts";

export const attemptId = z.uuid({ error: "write an attempt's id, as starting it answered" });

/** Question id → chosen option, as far as given. */
const answers = z.record(z.string(), optionId);

export const attempt = z.strictObject({
  id: z.string(),
  quizId: z.string(),
  startedAt: z.string(),
  /** Null: still open. */
  submittedAt: z.string().nullable(),
  answers,
  /** With the right answers, once submitted. */
  result: scoreResult.nullable(),
});

export const attemptList = z.strictObject({
  attempts: z.array(
    z.strictObject({
      id: z.string(),
      quizId: z.string(),
      startedAt: z.string(),
      submittedAt: z.string().nullable(),
      score: z.int().nullable(),
      total: z.int().nullable(),
    }),
  ),
});

export const answerRequest = z.strictObject({ option: optionId });

/** Every question of the quiz: what was answered on the way need not have arrived. */
export const submitRequest = scoreRequest;

/** One key for one submission and its repetitions. */
export const submitHeaders = z.strictObject({
  "idempotency-key": z
    .string({ error: "is missing; send a random one, the same with each repetition" })
    .regex(/^[\w.:-]{16,128}$/, "write 16 to 128 letters, digits, dots, colons, dashes or underscores"),
});

export type Attempt = z.output<typeof attempt>;
export type AttemptList = z.output<typeof attemptList>;
export type SubmitRequest = z.output<typeof submitRequest>;
