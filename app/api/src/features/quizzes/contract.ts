import { z } from "zod";

/** What the API and its pages say to each other about quizzes. No schema here has room for a right answer but `scoreResult`. */
export const optionId = z.enum(["a", "b", "c", "d"], { error: "write one of a, b, c, d" });

export const quizId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, "write a quiz's id: lower-case letters, digits and dashes, at most 40");

export const quizSummary = z.strictObject({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  questionCount: z.int(),
});

export const quizList = z.strictObject({ quizzes: z.array(quizSummary) });

export const quizToTake = z.strictObject({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  questions: z.array(
    z.strictObject({
      id: z.string(),
      text: z.string(),
      options: z.array(z.strictObject({ id: optionId, text: z.string() })),
    }),
  ),
});

export const scoreRequest = z.strictObject({
  /** Question id → chosen option; every question of the quiz, and no other. */
  answers: z.record(z.string().max(80), optionId, {
    error: "write an object of question id and chosen option",
  }),
});

/** What a submitted attempt is answered: shown to its participant alone, and never before. */
export const scoreResult = z.strictObject({
  quizId: z.string(),
  score: z.int(),
  total: z.int(),
  questions: z.array(
    z.strictObject({
      id: z.string(),
      chosen: optionId,
      correct: z.boolean(),
      correctOption: optionId,
      explanation: z.string(),
    }),
  ),
});

export type OptionId = z.output<typeof optionId>;
export type QuizSummary = z.output<typeof quizSummary>;
export type QuizList = z.output<typeof quizList>;
export type QuizToTake = z.output<typeof quizToTake>;
export type ScoreRequest = z.output<typeof scoreRequest>;
export type ScoreResult = z.output<typeof scoreResult>;

/** The id of the option at an index: 0 is `a`. */
export function optionAt(index: number): OptionId {
  return optionId.parse(optionId.options[index]);
}
