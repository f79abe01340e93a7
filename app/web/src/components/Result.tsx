import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { QuizToTake, ScoreResult } from "../../../api/src/features/quizzes/contract.ts";
import { followInPlace } from "../navigation.ts";
import { Standing } from "./Standing.tsx";
import { ReviewedQuestion } from "./ReviewedQuestion.tsx";

interface ResultProps {
  readonly quiz: QuizToTake;
  readonly result: ScoreResult;
}

/** The score, and what was right for each question. */
export function Result({ quiz, result }: ResultProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);

  const texts = new Map(quiz.questions.map((question) => [question.id, question]));
  return (
    <section class="result">
      <div class="result-head">
        <ScoreRing share={result.score / result.total}>
          <strong data-testid="score">
            {result.score} of {result.total}
          </strong>
        </ScoreRing>
        <div>
          <p class="eyebrow">{quiz.title}</p>
          <h1 ref={heading} tabIndex={-1}>
            {verdict(result.score / result.total)}
          </h1>
          <Standing quizId={result.quizId} />
          <div class="actions">
            <a
              class="button primary"
              href={`/quizzes/${result.quizId}`}
              data-testid="again"
              onClick={followInPlace}
            >
              Practise again
            </a>
            <a class="button" href="/" onClick={followInPlace}>
              All quizzes
            </a>
          </div>
        </div>
      </div>
      <ol class="review">
        {result.questions.map((scored) => {
          const question = texts.get(scored.id);
          return question === undefined ? null : (
            <ReviewedQuestion key={scored.id} question={question} scored={scored} />
          );
        })}
      </ol>
    </section>
  );
}

function ScoreRing({ share, children }: { readonly share: number; readonly children: ComponentChildren }) {
  return (
    <div class="score-ring">
      <svg viewBox="0 0 120 120" aria-hidden="true">
        <circle class="ring-track" cx="60" cy="60" r="52" />
        {share > 0 && (
          <circle
            class="ring-share"
            cx="60"
            cy="60"
            r="52"
            pathLength="100"
            stroke-dasharray={`${share * 100} 100`}
          />
        )}
      </svg>
      {children}
    </div>
  );
}

function verdict(share: number): string {
  if (share === 1) return "Every single one. Perfect!";
  if (share >= 0.8) return "Very well known!";
  if (share >= 0.5) return "More right than wrong.";
  if (share > 0) return "Room to learn – the answers are below.";
  return "None this time – the answers are below.";
}
