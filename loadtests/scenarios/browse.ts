import { anyOf, quizIds } from "../lib/answers.ts";
import { get } from "../lib/api.ts";

/** Somebody looks at the page and at one quiz, and takes none. */
export function browse(): void {
  get("GET /", "/");
  const id = anyOf(quizIds(get("GET /api/quizzes", "/api/quizzes")));
  if (id !== undefined) get("GET /api/quizzes/:id", `/api/quizzes/${id}`);
}
