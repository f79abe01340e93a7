import { NotFoundError } from "../../errors/not-found-error.ts";
import type { WrittenQuiz } from "./content.ts";
import { optionAt } from "./contract.ts";
import type { QuizList, QuizToTake, ScoreRequest, ScoreResult } from "./contract.ts";
import { scoreAnswers } from "./scoring.ts";
import type { QuizStore } from "./store.ts";

/** What visitors can do with quizzes. */
export class QuizService {
  readonly #store: QuizStore;

  constructor(store: QuizStore) {
    this.#store = store;
  }

  list(): QuizList {
    return {
      quizzes: this.#store.list().map(({ id, title, description, questions }) => ({
        id,
        title,
        description,
        questionCount: questions.length,
      })),
    };
  }

  /** The quiz as it is taken: every field is named here, so that no answer slips out with a new one. */
  take(id: string): QuizToTake {
    const { title, description, questions } = this.#find(id);
    return {
      id,
      title,
      description,
      questions: questions.map((question) => ({
        id: question.id,
        text: question.text,
        options: question.options.map((text, index) => ({ id: optionAt(index), text })),
      })),
    };
  }

  score(id: string, answers: ScoreRequest["answers"]): ScoreResult {
    return scoreAnswers(this.#find(id), answers);
  }

  #find(id: string): WrittenQuiz {
    const quiz = this.#store.find(id);
    if (quiz === undefined) throw new NotFoundError(`There is no quiz "${id}"; GET /api/quizzes lists them.`);
    return quiz;
  }
}
