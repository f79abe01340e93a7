-- Who takes quizzes, and how it went.
SET LOCAL lock_timeout = '4s';

CREATE TABLE app.participants (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40),
  -- SHA-256 of the token that the participant's browser holds.
  token_hash bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX participants_token ON app.participants (token_hash);

CREATE TABLE app.attempts (
  id uuid PRIMARY KEY,
  participant_id uuid NOT NULL REFERENCES app.participants (id),
  quiz_id text NOT NULL REFERENCES app.quizzes (id),
  started_at timestamptz NOT NULL DEFAULT now(),
  -- Question id → option id, as far as given.
  answers jsonb NOT NULL DEFAULT '{}',
  submitted_at timestamptz,
  score smallint,
  total smallint,
  -- The scored answers with their explanations as they were then.
  result jsonb,
  idempotency_key text,
  -- SHA-256 of the submitted request: the same key may not come with another.
  request_hash bytea,
  CONSTRAINT attempts_submitted_whole CHECK (
    num_nulls(submitted_at, score, total, result, idempotency_key, request_hash) IN (0, 6)
  )
);

-- Starting again what is not submitted yet goes on with it: one open attempt a quiz.
CREATE UNIQUE INDEX attempts_open ON app.attempts (participant_id, quiz_id) WHERE submitted_at IS NULL;
CREATE UNIQUE INDEX attempts_idempotency_key ON app.attempts (participant_id, idempotency_key);
CREATE INDEX attempts_of_participant ON app.attempts (participant_id, started_at DESC);
CREATE INDEX attempts_scored ON app.attempts (participant_id, quiz_id, score DESC, submitted_at)
  WHERE submitted_at IS NOT NULL;

GRANT INSERT, UPDATE (name) ON app.participants TO app_rw;
GRANT INSERT, UPDATE ON app.attempts TO app_rw;
