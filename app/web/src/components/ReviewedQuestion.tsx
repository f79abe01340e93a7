import type { OptionId, QuizToTake, ScoreResult } from "../../../api/src/features/quizzes/contract.ts";

interface ReviewedQuestionProps {
  readonly question: QuizToTake["questions"][number];
  readonly scored: ScoreResult["questions"][number];
}

export function ReviewedQuestion({ question, scored }: ReviewedQuestionProps) {
  const text = (id: OptionId): string => question.options.find((option) => option.id === id)?.text ?? id;
  return (
    <li class={scored.correct ? "reviewed right" : "reviewed wrong"} data-testid="reviewed">
      <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
        <path d={scored.correct ? "M5 12.5l4.5 4.5L19 7.5" : "M6.5 6.5l11 11M17.5 6.5l-11 11"} />
      </svg>
      <div>
        <h2>{question.text}</h2>
        <p class="given">
          {scored.correct ? "Right: " : "Your answer: "}
          <span>{text(scored.chosen)}</span>
        </p>
        {!scored.correct && (
          <p class="correct">
            Right answer: <span>{text(scored.correctOption)}</span>
          </p>
        )}
        <p class="explanation">{scored.explanation}</p>
      </div>
    </li>
  );
}
