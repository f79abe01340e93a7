import type { Attempt, AttemptList } from "../../api/src/features/attempts/contract.ts";
import type { Leaderboard, Standing } from "../../api/src/features/leaderboard/contract.ts";
import type { Me } from "../../api/src/features/participants/contract.ts";
import type { OptionId, QuizList, QuizToTake } from "../../api/src/features/quizzes/contract.ts";

export type Answers = Readonly<Record<string, OptionId>>;

/** Which release served the page's data. */
export interface Release {
  readonly version: string;
  readonly colour: "blue" | "green" | "none";
}

/**
 * Why a call failed: nobody answered, the thing is not there, the visitor is nobody yet, it is done already, or the
 * server answered with another failure.
 */
export class ApiError extends Error {
  readonly kind: "unreachable" | "not-found" | "nobody" | "done-already" | "failed";

  constructor(kind: ApiError["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

const TIMEOUT_MS = 10_000;
const KINDS: Readonly<Record<number, readonly [ApiError["kind"], string]>> = {
  401: ["nobody", "Choose a name first."],
  404: ["not-found", "There is nothing here, or it belongs to somebody else."],
  409: ["done-already", "This attempt is submitted already."],
  422: ["done-already", "This attempt is submitted already."],
};

export const listQuizzes = (): Promise<QuizList> => call("/api/quizzes");
export const getQuiz = (id: string): Promise<QuizToTake> => call(`/api/quizzes/${id}`);
export const getRelease = (): Promise<Release> => call("/api/version");
export const getMe = (): Promise<Me> => call("/api/me");
export const nameMe = (name: string): Promise<Me> => send("PUT", "/api/me", { name });
export const startAttempt = (quizId: string): Promise<Attempt> =>
  send("POST", `/api/quizzes/${quizId}/attempts`, {});
export const getAttempt = (id: string): Promise<Attempt> => call(`/api/attempts/${id}`);
export const listAttempts = (): Promise<AttemptList> => call("/api/attempts");
export const getStanding = (): Promise<Standing> => call("/api/me/standing");
export const getLeaderboard = (quizId?: string): Promise<Leaderboard> =>
  call(quizId === undefined ? "/api/leaderboard" : `/api/quizzes/${quizId}/leaderboard`);

/** Sent even when the page is being left. */
export const saveAnswer = (attemptId: string, questionId: string, option: OptionId): Promise<Attempt> =>
  send("PUT", `/api/attempts/${attemptId}/answers/${questionId}`, { option }, { keepalive: true });

/** An attempt is submitted once, so its id is the key: trying again gets the same result. */
export const submitAttempt = (attemptId: string, answers: Answers): Promise<Attempt> =>
  send(
    "POST",
    `/api/attempts/${attemptId}/submit`,
    { answers },
    { headers: { "Idempotency-Key": attemptId } },
  );

function send<Result>(
  method: "POST" | "PUT",
  path: string,
  body: object,
  {
    headers,
    ...init
  }: { readonly headers?: Readonly<Record<string, string>>; readonly keepalive?: boolean } = {},
): Promise<Result> {
  return call(path, {
    ...init,
    method,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** The server validates what it sends by the same schemas that these types come from. */
async function call<Result>(path: string, init: RequestInit = {}): Promise<Result> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new ApiError("unreachable", "The server cannot be reached. Check your connection and try again.");
  }
  if (response.ok) return (await response.json()) as Result;
  const [kind, message] = KINDS[response.status] ?? [
    "failed",
    `The server could not answer (status ${response.status}). Try again in a moment.`,
  ];
  throw new ApiError(kind, message);
}
