import { randomUUID } from "node:crypto";
import { isDuplicate } from "../../database/failure.ts";
import type { Query } from "../../database/pool.ts";
import { IdempotencyKeyError } from "../../errors/idempotency-key-error.ts";
import { hashToken } from "../participants/token.ts";
import type { OptionId, ScoreResult } from "../quizzes/contract.ts";
import type { Attempt, AttemptList } from "./contract.ts";

export interface StoredAttempt extends Attempt {
  readonly participantId: string;
  readonly idempotencyKey: string | null;
  readonly requestHash: Buffer | null;
}

export interface Submission {
  readonly attemptId: string;
  readonly idempotencyKey: string;
  readonly requestHash: Buffer;
  readonly answers: Readonly<Record<string, OptionId>>;
  readonly result: ScoreResult;
  /** Version of the quiz by which it was scored. */
  readonly quizVersion: number;
}

/** As JSON has it: ISO 8601 in UTC. */
const time = (column: string): string => `to_json(${column} AT TIME ZONE 'UTC')#>>'{}' || 'Z'`;
const COLUMNS = `attempts.id, quiz_id AS "quizId", ${time("started_at")} AS "startedAt",
  ${time("submitted_at")} AS "submittedAt", answers, result, participant_id AS "participantId",
  idempotency_key AS "idempotencyKey", request_hash AS "requestHash"`;

/** The participant's open attempt at the quiz, made if there is none. */
export async function openAttempt(
  query: Query,
  participantId: string,
  quizId: string,
): Promise<{ readonly attempt: StoredAttempt; readonly created: boolean }> {
  const [created] = await query<StoredAttempt>(
    `INSERT INTO app.attempts (id, participant_id, quiz_id) VALUES ($1, $2, $3)
     ON CONFLICT (participant_id, quiz_id) WHERE submitted_at IS NULL DO NOTHING
     RETURNING ${COLUMNS}`,
    [randomUUID(), participantId, quizId],
  );
  if (created !== undefined) return { attempt: created, created: true };
  const [open] = await query<StoredAttempt>(
    `SELECT ${COLUMNS} FROM app.attempts WHERE participant_id = $1 AND quiz_id = $2 AND submitted_at IS NULL`,
    [participantId, quizId],
  );
  // Submitted by another request between the two statements.
  return open === undefined ? openAttempt(query, participantId, quizId) : { attempt: open, created: false };
}

/** An attempt of the token's participant; anybody else's is not there. `lock` keeps others from changing it meanwhile. */
export async function findAttempt(
  query: Query,
  id: string,
  token: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<StoredAttempt | undefined> {
  const [found] = await query<StoredAttempt>(
    `SELECT ${COLUMNS} FROM app.attempts JOIN app.participants ON participants.id = participant_id
      WHERE attempts.id = $1 AND token_hash = $2 ${lock ? "FOR UPDATE OF attempts" : ""}`,
    [id, hashToken(token)],
  );
  return found;
}

export async function listAttempts(query: Query, token: string): Promise<AttemptList["attempts"]> {
  const rows = await query<AttemptList["attempts"][number]>(
    `SELECT attempts.id, quiz_id AS "quizId", ${time("started_at")} AS "startedAt",
            ${time("submitted_at")} AS "submittedAt", score, total
       FROM app.attempts JOIN app.participants ON participants.id = participant_id
      WHERE token_hash = $1 ORDER BY started_at DESC LIMIT 100`,
    [hashToken(token)],
  );
  return [...rows];
}

export async function saveAnswer(
  query: Query,
  id: string,
  questionId: string,
  option: OptionId,
): Promise<void> {
  await query(
    "UPDATE app.attempts SET answers = answers || jsonb_build_object($2::text, $3::text) WHERE id = $1",
    [id, questionId, option],
  );
}

/** @throws IdempotencyKeyError when the participant used the key for another attempt. */
export async function submitAttempt(query: Query, submission: Submission): Promise<StoredAttempt> {
  const { attemptId, idempotencyKey, requestHash, answers, result, quizVersion } = submission;
  try {
    const [submitted] = await query<StoredAttempt>(
      `UPDATE app.attempts
          SET submitted_at = now(), answers = $2, score = $3, total = $4, result = $5, idempotency_key = $6,
              request_hash = $7, quiz_version = $8
        WHERE id = $1 RETURNING ${COLUMNS}`,
      [attemptId, answers, result.score, result.total, result, idempotencyKey, requestHash, quizVersion],
    );
    if (submitted === undefined) throw new Error(`Attempt ${attemptId} is gone while it was locked.`);
    return submitted;
  } catch (error) {
    if (isDuplicate(error, "attempts_idempotency_key")) throw new IdempotencyKeyError();
    throw error;
  }
}
