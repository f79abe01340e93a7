import { browse } from "./browse.ts";
import { leaderboard } from "./leaderboard.ts";
import { takeQuiz } from "./take-quiz.ts";

/** As visitors come: of ten six look, three look who is ahead, one takes a quiz. */
export function mixed(): void {
  const drawn = Math.random() * 10;
  if (drawn < 6) browse();
  else if (drawn < 9) leaderboard();
  else takeQuiz();
}
