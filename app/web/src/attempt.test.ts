import type { QuizToTake } from "../../api/src/features/quizzes/contract.ts";
import { choose, move, restoreProgress } from "./attempt.ts";

const options = (["a", "b", "c", "d"] as const).map((id) => ({ id, text: id }));
const quiz: QuizToTake = {
  id: "q",
  title: "Q",
  description: "",
  questions: ["q-01", "q-02", "q-03"].map((id) => ({ id, text: id, options })),
};
const anew = { index: 0, answers: {} };

describe("progress", () => {
  it("takes answers and changes of mind", () => {
    const progress = choose(choose(choose(anew, "q-01", "a"), "q-02", "c"), "q-01", "b");
    expect(progress).toEqual({ index: 0, answers: { "q-01": "b", "q-02": "c" } });
    expect(anew).toEqual({ index: 0, answers: {} });
  });

  it("stays within the quiz", () => {
    expect(move(anew, -1, quiz).index).toBe(0);
    expect(move(anew, 1, quiz).index).toBe(1);
    expect(move({ ...anew, index: 2 }, 1, quiz).index).toBe(2);
  });
});

describe("restoreProgress", () => {
  const kept = (value: unknown, saved = {}) => restoreProgress(quiz, saved, JSON.stringify(value));

  it("goes on where the visitor was", () => {
    const progress = { index: 1, answers: { "q-01": "d", "q-02": "a" } };
    expect(kept(progress)).toEqual(progress);
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
  });

  it("goes on at the first open question with what the server has, when the tab kept nothing", () => {
    const saved = { "q-01": "b", "old-01": "a" } as const;
    expect(restoreProgress(quiz, saved, null)).toEqual({ index: 1, answers: { "q-01": "b" } });
  });

  it("believes the tab before the server", () => {
    expect(kept({ index: 0, answers: { "q-01": "a" } }, { "q-01": "b", "q-02": "c" })).toEqual({
      index: 0,
      answers: { "q-01": "a", "q-02": "c" },
    });
  });

  it.each([null, "", "{", "3", "[]", '{"answers":null}'])("starts anew from %j", (text) => {
    expect(restoreProgress(quiz, {}, text)).toEqual(anew);
  });
});
