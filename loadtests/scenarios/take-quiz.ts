import http from "k6/http";
import exec from "k6/execution";
import { anyOf, attemptId, quizIds, quizOf } from "../lib/answers.ts";
import { get, send } from "../lib/api.ts";
import { url } from "../lib/target.ts";

/** A new visitor each time takes one quiz from its first question to its score. */
export function takeQuiz(): void {
  // Cookies say who the visitor is.
  http.cookieJar().clear(url);
  const id = anyOf(quizIds(get("GET /api/quizzes", "/api/quizzes")));
  if (id === undefined) return;
  const quiz = quizOf(get("GET /api/quizzes/:id", `/api/quizzes/${id}`));
  if (quiz === undefined) return;
  send("PUT", "PUT /api/me", "/api/me", { name: `load ${exec.vu.idInTest}` });
  const attempt = attemptId(
    send("POST", "POST /api/quizzes/:id/attempts", `/api/quizzes/${id}/attempts`, undefined, {
      statuses: [200, 201],
    }),
  );
  if (attempt === undefined) return;
  const answers = Object.fromEntries(
    quiz.questions.map((question) => [question.id, anyOf(question.options)?.id ?? "a"]),
  );
  const [first] = quiz.questions;
  if (first !== undefined) {
    const path = `/api/attempts/${attempt}/answers/${encodeURIComponent(first.id)}`;
    send("PUT", "PUT /api/attempts/:id/answers/:questionId", path, { option: answers[first.id] });
  }
  const submit = `/api/attempts/${attempt}/submit`;
  const key = { "idempotency-key": `load-${exec.scenario.iterationInTest}-${attempt}` };
  send("POST", "POST /api/attempts/:id/submit", submit, { answers }, { headers: key });
}
