import { NotFoundError } from "../../errors/not-found-error.ts";
import type { StoredQuiz } from "./content.ts";
import { optionAt } from "./contract.ts";
import type { QuizList, QuizToTake } from "./contract.ts";
import type { QuizStore } from "./store.ts";

/** What visitors can do with quizzes. */
export class QuizService {
  readonly #store: QuizStore;

  constructor(store: QuizStore) {
    this.#store = store;
  }

  async list(): Promise<QuizList> {
    return { quizzes: [...(await this.#store.list())] };
  }

  /** The quiz as it is taken: every field is named here, so that no answer slips out with a new one. */
  async take(id: string): Promise<QuizToTake> {
    const { title, description, questions } = await this.find(id);
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

  /**
   * With its right answers, for the server alone.
   *
   * @throws NotFoundError when there is no such quiz.
   */
  async find(id: string): Promise<StoredQuiz> {
    const quiz = await this.#store.find(id);
    if (quiz === undefined) throw new NotFoundError(`There is no quiz "${id}"; GET /api/quizzes lists them.`);
    return quiz;
  }
}
