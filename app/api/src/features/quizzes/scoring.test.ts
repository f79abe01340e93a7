import { ValidationError } from "../../errors/validation-error.ts";
import type { WrittenQuiz } from "./content.ts";
import { optionAt } from "./contract.ts";
import { scoreAnswers } from "./scoring.ts";

const quiz: WrittenQuiz = {
  id: "colours",
  title: "Colours",
  description: "About colours.",
  questions: [
    {
      id: "colours-01",
      text: "Sky?",
      options: ["blue", "red", "pink", "grey"],
      answer: 0,
      explanation: "Scattering.",
    },
    {
      id: "colours-02",
      text: "Grass?",
      options: ["blue", "red", "green", "grey"],
      answer: 2,
      explanation: "Leaves.",
    },
  ],
};

describe("scoreAnswers", () => {
  it("scores each question and explains it", () => {
    expect(scoreAnswers(quiz, { "colours-02": "b", "colours-01": "a" })).toEqual({
      quizId: "colours",
      score: 1,
      total: 2,
      questions: [
        { id: "colours-01", chosen: "a", correct: true, correctOption: "a", explanation: "Scattering." },
        { id: "colours-02", chosen: "b", correct: false, correctOption: "c", explanation: "Leaves." },
      ],
    });
  });

  it("names what is missing and what is not of this quiz, and tells no answer", () => {
    let thrown: unknown;
    try {
      scoreAnswers(quiz, { "colours-01": "a", "shapes-01": "b" });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ValidationError);
    expect((thrown as ValidationError).fields).toEqual([
      { field: "answers.shapes-01", message: 'is not a question of "colours"; leave it out' },
      { field: "answers.colours-02", message: "is missing; write one of a, b, c, d" },
    ]);
  });

  it("is not fooled by keys that every object inherits", () => {
    expect(() => scoreAnswers(quiz, {})).toThrow(/colours-01: is missing.*colours-02: is missing/);
  });
});

describe("optionAt", () => {
  it("letters the options", () => expect([0, 1, 2, 3].map(optionAt)).toEqual(["a", "b", "c", "d"]));
  it("refuses a fifth", () => expect(() => optionAt(4)).toThrow("write one of a, b, c, d"));
});
