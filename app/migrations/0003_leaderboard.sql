-- What has to be done after a transaction, written in the same one; and what the worker makes of it.
SET LOCAL lock_timeout = '4s';

CREATE TABLE app.outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  -- Of the payload's shape.
  version smallint NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  sends integer NOT NULL DEFAULT 0,
  -- A row that is not done by then is sent again.
  send_after timestamptz NOT NULL DEFAULT now(),
  done_at timestamptz
);

CREATE INDEX outbox_pending ON app.outbox (send_after, id) WHERE done_at IS NULL;
CREATE INDEX outbox_done ON app.outbox (done_at) WHERE done_at IS NOT NULL;

-- The best attempt of a participant at a quiz.
CREATE TABLE app.leaderboard_entries (
  quiz_id text NOT NULL REFERENCES app.quizzes (id),
  participant_id uuid NOT NULL REFERENCES app.participants (id),
  score smallint NOT NULL,
  total smallint NOT NULL,
  attempts integer NOT NULL,
  -- When the best score was first reached: who had it earlier is ahead.
  reached_at timestamptz NOT NULL,
  PRIMARY KEY (quiz_id, participant_id)
);

CREATE INDEX leaderboard_order ON app.leaderboard_entries (quiz_id, score DESC, reached_at, participant_id);

-- The best scores of a participant over all quizzes, added up.
CREATE TABLE app.leaderboard_totals (
  participant_id uuid PRIMARY KEY REFERENCES app.participants (id),
  score integer NOT NULL,
  total integer NOT NULL,
  quizzes integer NOT NULL,
  reached_at timestamptz NOT NULL
);

CREATE INDEX leaderboard_totals_order ON app.leaderboard_totals (score DESC, reached_at, participant_id);

-- A row's participant is locked while its place is recalculated; that takes a right to update.
GRANT INSERT, UPDATE, DELETE ON app.outbox TO app_rw;
GRANT INSERT, UPDATE ON app.leaderboard_entries, app.leaderboard_totals TO app_rw;
