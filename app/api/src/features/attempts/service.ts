import { createHash } from "node:crypto";
import type { Database, Written } from "../../database/database.ts";
import type { Query } from "../../database/pool.ts";
import { ConflictError } from "../../errors/conflict-error.ts";
import { IdempotencyKeyError } from "../../errors/idempotency-key-error.ts";
import { NotFoundError } from "../../errors/not-found-error.ts";
import { UnauthorizedError } from "../../errors/unauthorized-error.ts";
import { ValidationError } from "../../errors/validation-error.ts";
import { attemptSubmitted } from "../../queue/messages.ts";
import { putIntoOutbox } from "../../queue/outbox.ts";
import type { Visitor } from "../../visitor.ts";
import { requireParticipant } from "../participants/store.ts";
import type { OptionId } from "../quizzes/contract.ts";
import { scoreAnswers } from "../quizzes/scoring.ts";
import type { QuizService } from "../quizzes/service.ts";
import type { Attempt, AttemptList, SubmitRequest } from "./contract.ts";
import { findAttempt, listAttempts, openAttempt, saveAnswer, submitAttempt } from "./store.ts";
import type { StoredAttempt } from "./store.ts";

/** Everything here is safe to repeat: a lost answer never makes a second attempt or a second score. */
const REPEATABLE = { idempotent: true };

/** A participant's way through a quiz: start, answer, submit once. */
export class AttemptService {
  readonly #database: Database;
  readonly #quizzes: QuizService;

  constructor(database: Database, quizzes: QuizService) {
    this.#database = database;
    this.#quizzes = quizzes;
  }

  async start(quizId: string, visitor: Visitor): Promise<Written<{ attempt: Attempt; created: boolean }>> {
    await this.#quizzes.find(quizId);
    return this.#database.write(async (query) => {
      const participant = await requireParticipant(query, visitor);
      const { attempt, created } = await openAttempt(query, participant.id, quizId);
      return { attempt: view(attempt), created };
    }, REPEATABLE);
  }

  async find(id: string, visitor: Visitor): Promise<Attempt> {
    return view(await this.#find(id, visitor));
  }

  async list({ token, seen }: Visitor): Promise<AttemptList> {
    if (token === undefined) return { attempts: [] };
    return { attempts: await this.#database.read((query) => listAttempts(query, token), seen) };
  }

  /** @throws ValidationError when the question is not of the attempt's quiz; ConflictError once it is submitted. */
  async answer(
    id: string,
    questionId: string,
    option: OptionId,
    visitor: Visitor,
  ): Promise<Written<Attempt>> {
    const { questions, id: quizId } = await this.#quizzes.find((await this.#find(id, visitor)).quizId);
    if (!questions.some((question) => question.id === questionId)) {
      throw new ValidationError([{ field: "questionId", message: `is not a question of "${quizId}"` }]);
    }
    return this.#database.write(async (query) => {
      const attempt = await locked(query, id, visitor);
      if (attempt.submittedAt !== null) throw alreadySubmitted();
      await saveAnswer(query, id, questionId, option);
      return view({ ...attempt, answers: { ...attempt.answers, [questionId]: option } });
    }, REPEATABLE);
  }

  /**
   * Scores the attempt, once: the same key with the same answers gets the same result again, whatever the quiz has become.
   *
   * @throws IdempotencyKeyError when the key was used for something else; ConflictError when another key submitted it.
   */
  async submit(
    id: string,
    idempotencyKey: string,
    answers: SubmitRequest["answers"],
    visitor: Visitor,
  ): Promise<Written<Attempt>> {
    const quiz = await this.#quizzes.find((await this.#find(id, visitor)).quizId);
    const requestHash = hashRequest(id, answers);
    return this.#database.write(async (query) => {
      const attempt = await locked(query, id, visitor);
      if (attempt.submittedAt !== null) {
        if (attempt.idempotencyKey !== idempotencyKey) throw alreadySubmitted();
        if (attempt.requestHash?.equals(requestHash) !== true) throw new IdempotencyKeyError();
        return view(attempt);
      }
      const result = scoreAnswers(quiz, answers);
      const submitted = await submitAttempt(query, {
        attemptId: id,
        idempotencyKey,
        requestHash,
        answers,
        result,
        quizVersion: quiz.version,
      });
      const { participantId, quizId } = submitted;
      await putIntoOutbox(query, attemptSubmitted, { attemptId: id, participantId, quizId });
      return view(submitted);
    }, REPEATABLE);
  }

  async #find(id: string, { token, seen }: Visitor): Promise<StoredAttempt> {
    if (token === undefined) throw new UnauthorizedError();
    const found = await this.#database.read((query) => findAttempt(query, id, token), seen);
    return found ?? notThere(id);
  }
}

async function locked(query: Query, id: string, { token }: Visitor): Promise<StoredAttempt> {
  if (token === undefined) throw new UnauthorizedError();
  return (await findAttempt(query, id, token, { lock: true })) ?? notThere(id);
}

function notThere(id: string): never {
  throw new NotFoundError(`You have no attempt ${id}; GET /api/attempts lists yours.`);
}

function alreadySubmitted(): ConflictError {
  return new ConflictError("This attempt is submitted already; another one can be started, for practice.");
}

/** Every field is named, so that a column that is added stays inside. */
function view({ id, quizId, startedAt, submittedAt, answers, result }: StoredAttempt): Attempt {
  return { id, quizId, startedAt, submittedAt, answers, result };
}

function hashRequest(id: string, answers: SubmitRequest["answers"]): Buffer {
  const sorted = Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([id, sorted]))
    .digest();
}
