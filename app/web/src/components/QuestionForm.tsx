import { useLayoutEffect, useRef } from "preact/hooks";
import type { OptionId, QuizToTake } from "../../../api/src/features/quizzes/contract.ts";
import type { ApiError } from "../api.ts";

interface QuestionFormProps {
  readonly quiz: QuizToTake;
  readonly question: QuizToTake["questions"][number];
  /** From 1. */
  readonly number: number;
  readonly chosen: OptionId | undefined;
  readonly submitting: boolean;
  readonly failure: ApiError | undefined;
  readonly choose: (option: OptionId) => void;
  readonly back: () => void;
  readonly forward: () => void;
}

/** One question as a form: arrow keys or 1–4 choose, Enter goes on. */
export function QuestionForm(props: QuestionFormProps) {
  const { quiz, question, number, chosen, submitting, failure, choose, back, forward } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const total = quiz.questions.length;
  const last = number === total;

  // The form is new with each question: screen readers start at its heading, the keyboard right before its options.
  // In the same step as the drawing, so that no key is lost between.
  useLayoutEffect(() => heading.current?.focus(), []);

  useLayoutEffect(() => {
    const pick = (event: KeyboardEvent): void => {
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      const option = question.options[Number(event.key) - 1];
      if (option === undefined) return;
      choose(option.id);
      form.current?.querySelector<HTMLInputElement>(`input[value="${option.id}"]`)?.focus();
    };
    addEventListener("keydown", pick);
    return () => removeEventListener("keydown", pick);
  });

  return (
    <form
      ref={form}
      class="question"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== undefined && !submitting) forward();
      }}
    >
      <div class="progress-line">
        <span>{quiz.title}</span>
        <span data-testid="progress">
          Question {number} of {total}
        </span>
      </div>
      <progress value={number} max={total} aria-label="Progress through the quiz" />
      <fieldset>
        <legend>
          <h1 ref={heading} tabIndex={-1} data-testid="question">
            {question.text}
          </h1>
        </legend>
        {question.options.map((option) => (
          <label key={option.id} class="option" data-testid="option">
            <input
              type="radio"
              name={question.id}
              value={option.id}
              checked={chosen === option.id}
              onChange={() => choose(option.id)}
            />
            <span class="option-key" aria-hidden="true">
              {option.id.toUpperCase()}
            </span>
            <span class="option-text">{option.text}</span>
          </label>
        ))}
      </fieldset>
      {failure !== undefined && (
        <p class="inline-failure" role="alert" data-testid="failure">
          {failure.message} Your answers are kept.
        </p>
      )}
      <div class="question-actions">
        <button class="button" type="button" data-testid="back" disabled={number === 1} onClick={back}>
          Back
        </button>
        <span class="keyboard-hint" aria-hidden="true">
          Keys 1–4 choose, Enter goes on
        </span>
        <button
          class="button primary"
          type="submit"
          data-testid={last ? "submit" : "next"}
          disabled={chosen === undefined || submitting}
        >
          {last ? (submitting ? "Scoring…" : failure === undefined ? "See my score" : "Try again") : "Next"}
        </button>
      </div>
    </form>
  );
}
