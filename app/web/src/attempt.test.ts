import type { QuizToTake } from "../../api/src/features/quizzes/contract.ts";
import { choose, move, newAttempt, restoreAttempt } from "./attempt.ts";

const options = (["a", "b", "c", "d"] as const).map((id) => ({ id, text: id }));
const quiz: QuizToTake = {
  id: "q",
  title: "Q",
  description: "",
  questions: ["q-01", "q-02", "q-03"].map((id) => ({ id, text: id, options })),
};

describe("an attempt", () => {
  it("takes answers and changes of mind", () => {
    const attempt = choose(choose(choose(newAttempt, "q-01", "a"), "q-02", "c"), "q-01", "b");
    expect(attempt).toEqual({ index: 0, answers: { "q-01": "b", "q-02": "c" } });
    expect(newAttempt).toEqual({ index: 0, answers: {} });
  });

  it("stays within the quiz", () => {
    expect(move(newAttempt, -1, quiz).index).toBe(0);
    expect(move(newAttempt, 1, quiz).index).toBe(1);
    expect(move({ ...newAttempt, index: 2 }, 1, quiz).index).toBe(2);
  });
});

describe("restoreAttempt", () => {
  const kept = (value: unknown) => restoreAttempt(quiz, JSON.stringify(value));

  it("goes on where the visitor was", () => {
    const attempt = { index: 1, answers: { "q-01": "d", "q-02": "a" } };
    expect(kept(attempt)).toEqual(attempt);
  });

  it("drops what no longer fits the quiz", () => {
    expect(kept({ index: 2, answers: { "q-01": "e", "old-01": "a", "q-03": "a" } })).toEqual({
      index: 0,
      answers: { "q-03": "a" },
    });
  });

  it("never starts past the first open question", () => {
    expect(kept({ index: 2, answers: { "q-01": "a" } }).index).toBe(1);
    expect(kept({ index: 9, answers: { "q-01": "a", "q-02": "a", "q-03": "a" } }).index).toBe(2);
    expect(kept({ index: -1, answers: {} }).index).toBe(0);
    expect(kept({ index: 0.5, answers: { "q-01": "a" } }).index).toBe(0);
  });

  it.each([null, "", "{", "3", "[]", '{"answers":null}'])("starts anew from %j", (text) => {
    expect(restoreAttempt(quiz, text)).toEqual(newAttempt);
  });
});
