import type { FieldProblem } from "../../errors/http-error.ts";
import { ValidationError } from "../../errors/validation-error.ts";
import type { WrittenQuiz } from "./content.ts";
import { optionAt, optionId } from "./contract.ts";
import type { ScoreRequest, ScoreResult } from "./contract.ts";

/**
 * Scores a complete set of answers. Incomplete ones are refused, so that answers are shown only to who has given theirs.
 *
 * @throws ValidationError naming each question that was left out or is not of this quiz.
 */
export function scoreAnswers(quiz: WrittenQuiz, answers: ScoreRequest["answers"]): ScoreResult {
  const given = new Map(Object.entries(answers));
  const known = new Set(quiz.questions.map(({ id }) => id));
  const problems: FieldProblem[] = [...given.keys()]
    .filter((id) => !known.has(id))
    .map((id) => ({ field: `answers.${id}`, message: `is not a question of "${quiz.id}"; leave it out` }));

  const questions: ScoreResult["questions"] = [];
  for (const { id, answer, explanation } of quiz.questions) {
    const chosen = given.get(id);
    if (chosen === undefined) {
      problems.push({
        field: `answers.${id}`,
        message: `is missing; write one of ${optionId.options.join(", ")}`,
      });
      continue;
    }
    const correctOption = optionAt(answer);
    questions.push({ id, chosen, correct: chosen === correctOption, correctOption, explanation });
  }
  if (problems.length > 0) throw new ValidationError(problems);
  return {
    quizId: quiz.id,
    score: questions.filter(({ correct }) => correct).length,
    total: questions.length,
    questions,
  };
}
