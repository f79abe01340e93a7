-- The quizzes as they are written; only the migration Job changes them.
SET LOCAL lock_timeout = '4s';

CREATE TABLE app.content_releases (
  version integer PRIMARY KEY CHECK (version > 0),
  -- SHA-256 of the content: the same version is always the same content.
  digest text NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE app.quizzes (
  id text PRIMARY KEY,
  position integer NOT NULL,
  title text NOT NULL,
  description text NOT NULL,
  -- Attempts point to it, so what is no longer offered stays.
  retired boolean NOT NULL DEFAULT false
);

CREATE TABLE app.questions (
  id text PRIMARY KEY,
  quiz_id text NOT NULL REFERENCES app.quizzes (id),
  position integer NOT NULL,
  text text NOT NULL,
  options text[] NOT NULL CHECK (cardinality(options) = 4),
  -- Index of the right option, from 0.
  answer smallint NOT NULL CHECK (answer BETWEEN 0 AND 3),
  explanation text NOT NULL,
  retired boolean NOT NULL DEFAULT false
);

CREATE INDEX questions_of_quiz ON app.questions (quiz_id, position);
