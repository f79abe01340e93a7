/** What visitors read out of answers. An answer without a body that fits is none: the check of its status has counted it. */

export interface Quiz {
  readonly id: string;
  readonly questions: readonly {
    readonly id: string;
    readonly options: readonly { readonly id: string }[];
  }[];
}

/** Anything with a body. */
interface Answer {
  readonly body: string;
}

function parsed({ body }: Answer): object {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Ids of the quizzes in a list; empty where there is no list. */
export function quizIds(answer: Answer): readonly string[] {
  const { quizzes = [] } = parsed(answer) as { quizzes?: readonly { readonly id: string }[] };
  return quizzes.map(({ id }) => id);
}

export function quizOf(answer: Answer): Quiz | undefined {
  const quiz = parsed(answer) as Partial<Quiz>;
  return quiz.id === undefined || quiz.questions === undefined ? undefined : (quiz as Quiz);
}

/** Id of the attempt that was started. */
export function attemptId(answer: Answer): string | undefined {
  return (parsed(answer) as { id?: string }).id;
}

/** One of them, each as likely as the others; undefined of none. */
export function anyOf<T>(list: readonly T[]): T | undefined {
  return list[Math.floor(Math.random() * list.length)];
}
