import type { Database } from "../../database/database.ts";
import type { StoredQuiz } from "./content.ts";
import type { QuizSummary } from "./contract.ts";

/** Where quizzes come from. */
export interface QuizStore {
  /** In the order in which they are shown. */
  list(): Promise<readonly QuizSummary[]>;
  find(id: string): Promise<StoredQuiz | undefined>;
}

/** Reads quizzes from a replica; the migration Job has checked them before it wrote them. */
export function createQuizStore(database: Database): QuizStore {
  return {
    list: () =>
      database.read((query) =>
        query<QuizSummary>(
          `SELECT id, title, description,
                  (SELECT count(*)::int FROM app.questions WHERE quiz_id = quizzes.id AND NOT retired) AS "questionCount"
             FROM app.quizzes WHERE NOT retired ORDER BY position`,
        ),
      ),
    find: async (id) => {
      const [quiz] = await database.read((query) =>
        query<StoredQuiz>(
          `SELECT id, title, description, version,
                  (SELECT json_agg(json_build_object('id', id, 'text', text, 'options', options, 'answer', answer,
                                                     'explanation', explanation) ORDER BY position)
                     FROM app.questions WHERE quiz_id = quizzes.id AND NOT retired) AS questions
             FROM app.quizzes WHERE id = $1 AND NOT retired`,
          [id],
        ),
      );
      return quiz;
    },
  };
}
