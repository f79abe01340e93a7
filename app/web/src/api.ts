import type { OptionId, QuizList, QuizToTake, ScoreResult } from "../../api/src/features/quizzes/contract.ts";

export type Answers = Readonly<Record<string, OptionId>>;

/** Which release served the page's data. */
export interface Release {
  readonly version: string;
  readonly colour: "blue" | "green" | "none";
}

/** Why a call failed: nobody answered, the thing is not there, or the server answered with a failure. */
export class ApiError extends Error {
  readonly kind: "unreachable" | "not-found" | "failed";

  constructor(kind: ApiError["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

const TIMEOUT_MS = 10_000;

export const listQuizzes = (): Promise<QuizList> => call("/api/quizzes");
export const getQuiz = (id: string): Promise<QuizToTake> => call(`/api/quizzes/${id}`);
export const getRelease = (): Promise<Release> => call("/api/version");

export const scoreQuiz = (id: string, answers: Answers): Promise<ScoreResult> =>
  call(`/api/quizzes/${id}/score`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ answers }),
  });

/** The server validates what it sends by the same schemas that these types come from. */
async function call<Result>(path: string, init: RequestInit = {}): Promise<Result> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new ApiError("unreachable", "The server cannot be reached. Check your connection and try again.");
  }
  if (response.status === 404) throw new ApiError("not-found", "There is no such quiz.");
  if (!response.ok) {
    throw new ApiError(
      "failed",
      `The server could not answer (status ${response.status}). Try again in a moment.`,
    );
  }
  return (await response.json()) as Result;
}
