import { contentVersion, quizzes as written } from "../../../../content/index.ts";
import { contentDigest } from "../../migration/load-content.ts";
import { parseContent } from "./content.ts";

const quizzes = [...parseContent(written)];
const questions = quizzes.flatMap((quiz) => quiz.questions);

describe("the written quizzes", () => {
  it("are 8 with 15 questions each", () => {
    expect(quizzes.map(({ id, questions: { length } }) => [id, length])).toEqual([
      ["astronomy", 15],
      ["geography", 15],
      ["history", 15],
      ["human-body", 15],
      ["wildlife", 15],
      ["physics-and-chemistry", 15],
      ["art-and-music", 15],
      ["computing", 15],
    ]);
    expect(new Set(questions.map(({ id }) => id)).size).toBe(120);
    expect(new Set(questions.map(({ text }) => text.toLowerCase())).size).toBe(120);
  });

  it("name their questions after the quiz, numbered without gaps", () => {
    for (const quiz of quizzes) {
      const expected = quiz.questions.map((_, index) => `${quiz.id}-${String(index + 1).padStart(2, "0")}`);
      expect(quiz.questions.map(({ id }) => id)).toEqual(expected);
    }
  });

  it("have their right answers evenly spread over the positions", () => {
    const spread = (some: typeof questions) =>
      [0, 1, 2, 3].map((at) => some.filter((one) => one.answer === at).length);
    expect(spread(questions)).toEqual([30, 30, 30, 30]);
    for (const quiz of quizzes) expect(spread(quiz.questions).toSorted()).toEqual([3, 4, 4, 4]);
  });

  it("do not give the answer away by its length", () => {
    const longest = questions.filter(({ options, answer }) =>
      options.every((option, index) => index === answer || option.length < (options[answer] ?? "").length),
    );
    // A guesser who takes the longest option does little better than by chance (30).
    expect(longest.length).toBeLessThanOrEqual(36);
  });

  it("have a version of their own: who changes them raises contentVersion, then writes the new digest here", () => {
    expect([contentVersion, contentDigest(quizzes)]).toEqual([
      1,
      "991de5fd7dde80da098edd8415dfd4168332c1b3566b2c696ab50e5ad9d1d55a",
    ]);
  });

  it("end questions with a question mark and explanations with a full stop", () => {
    expect(questions.filter(({ text }) => !text.endsWith("?")).map(({ id }) => id)).toEqual([]);
    expect(questions.filter(({ explanation }) => !/[."]$/.test(explanation)).map(({ id }) => id)).toEqual([]);
  });
});

describe("parseContent", () => {
  const broken = (change: (copy: typeof quizzes) => void): unknown => {
    const copy = structuredClone(quizzes);
    change(copy);
    return copy;
  };
  const first = (copy: typeof quizzes) => copy[0]?.questions[0] as (typeof questions)[number];

  it.each<[string, unknown, string]>([
    ["an answer that is no option", broken((copy) => (first(copy).answer = 4)), "[0].questions[0].answer"],
    [
      "equal options",
      broken((copy) => (first(copy).options[1] = first(copy).options[0] ?? "")),
      "two options are the same",
    ],
    ["three options", broken((copy) => first(copy).options.pop()), "[0].questions[0].options"],
    [
      "a question id used twice",
      broken((copy) => (first(copy).id = "geography-01")),
      "two questions have the same id",
    ],
    [
      "a question asked twice",
      broken((copy) => (first(copy).text = copy[1]?.questions[0]?.text ?? "")),
      "the same text",
    ],
    ["a quiz id used twice", broken((copy) => copy.push(structuredClone(copy[0] as never))), "the same id"],
    ["a missing question", broken((copy) => copy[0]?.questions.pop()), "[0].questions"],
    ["an unknown field", broken((copy) => Object.assign(first(copy), { hint: "x" })), "hint"],
    ["no quizzes", [], "The quiz content is not usable"],
  ])("refuses %s", (_what, content, said) => {
    expect(() => parseContent(content)).toThrow(said);
  });
});
