-- What the leaderboard counts: a participant's first submitted attempt at a version of a quiz.
SET LOCAL lock_timeout = '4s';

-- Raised when the answer key changes: who knows the old key does not know the new one.
ALTER TABLE app.quizzes ADD COLUMN version integer NOT NULL DEFAULT 1;

-- The quiz's version by which it was scored. The release before writes none: it knows the first version only.
ALTER TABLE app.attempts ADD COLUMN quiz_version integer NOT NULL DEFAULT 1;

-- When the counted attempt was submitted, as reached_at says too. The release before counts the best attempt and leaves this
-- column alone; where the two differ, the worker counts again.
ALTER TABLE app.leaderboard_entries ADD COLUMN counted_at timestamptz;
