import { createHash } from "node:crypto";
import type pg from "pg";
import type { WrittenQuiz } from "../features/quizzes/content.ts";

export type Loaded = "loaded" | "already there" | "newer there";

/**
 * Brings the written quizzes into the database, in one transaction. A version that was loaded before is left alone, so
 * that an older release's Job does not take a newer release's questions away; what is no longer written is retired.
 *
 * @throws Error when the same version was loaded with other content.
 */
export async function loadContent(
  client: pg.Client,
  version: number,
  quizzes: readonly WrittenQuiz[],
): Promise<Loaded> {
  const digest = contentDigest(quizzes);
  const { rows } = await client.query<{ version: number; digest: string }>(
    "SELECT version, digest FROM app.content_releases ORDER BY version DESC",
  );
  const same = rows.find((row) => row.version === version);
  if (same !== undefined && same.digest !== digest) {
    throw new Error(
      `Content version ${version} is in the database with other content: raise contentVersion in app/content/index.ts.`,
    );
  }
  if (same !== undefined) return "already there";
  if ((rows[0]?.version ?? 0) > version) return "newer there";

  await client.query("BEGIN");
  try {
    await upsert(client, quizzes);
    await client.query("INSERT INTO app.content_releases (version, digest) VALUES ($1, $2)", [
      version,
      digest,
    ]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
  return "loaded";
}

export function contentDigest(quizzes: readonly WrittenQuiz[]): string {
  return createHash("sha256").update(JSON.stringify(quizzes)).digest("hex");
}

async function upsert(client: pg.Client, quizzes: readonly WrittenQuiz[]): Promise<void> {
  const changed = await changedKeys(client, quizzes);
  await client.query(
    `INSERT INTO app.quizzes (id, position, title, description)
     SELECT id, position, title, description
       FROM json_to_recordset($1) AS written (id text, position integer, title text, description text)
     ON CONFLICT (id) DO UPDATE SET
       position = excluded.position, title = excluded.title, description = excluded.description, retired = false,
       version = quizzes.version + (quizzes.id = ANY ($2))::int`,
    [JSON.stringify(quizzes.map((quiz, position) => ({ ...quiz, position }))), changed],
  );
  const questions = quizzes.flatMap((quiz) =>
    quiz.questions.map((question, position) => ({ ...question, quiz_id: quiz.id, position })),
  );
  await client.query(
    `INSERT INTO app.questions (id, quiz_id, position, text, options, answer, explanation)
     SELECT id, quiz_id, position, text, options, answer, explanation
       FROM json_to_recordset($1) AS written (
         id text, quiz_id text, position integer, text text, options text[], answer smallint, explanation text)
     ON CONFLICT (id) DO UPDATE SET
       quiz_id = excluded.quiz_id, position = excluded.position, text = excluded.text, options = excluded.options,
       answer = excluded.answer, explanation = excluded.explanation, retired = false`,
    [JSON.stringify(questions)],
  );
  await retireOthers(client, "quizzes", quizzes);
  await retireOthers(client, "questions", questions);
}

/**
 * Ids of the quizzes whose answer key is another one now. What was only reworded or shuffled, and a quiz that was retired and
 * comes back as it was, keep their version: who has seen the right answers still knows them.
 */
async function changedKeys(client: pg.Client, quizzes: readonly WrittenQuiz[]): Promise<readonly string[]> {
  const { rows } = await client.query<Keyed & { quiz_id: string; retired: boolean }>(
    "SELECT quiz_id, id, options, answer, retired FROM app.questions",
  );
  const stored = Map.groupBy(rows, ({ quiz_id: quizId }) => quizId);
  return quizzes
    .filter(({ id, questions }) => {
      const written = new Set(questions.map(answerKey));
      const before = stored.get(id) ?? [];
      const known = new Set(before.map(answerKey));
      const dropped = before.some((question) => !question.retired && !written.has(answerKey(question)));
      return dropped || [...written].some((key) => !known.has(key));
    })
    .map(({ id }) => id);
}

interface Keyed {
  readonly id: string;
  readonly options: readonly string[];
  readonly answer: number;
}

/** What there is to know of a question: which of these is right, in whatever order they stand. */
function answerKey({ id, options, answer }: Keyed): string {
  return JSON.stringify([id, options.toSorted(), options[answer]]);
}

async function retireOthers(
  client: pg.Client,
  table: "quizzes" | "questions",
  written: readonly { readonly id: string }[],
): Promise<void> {
  const ids = written.map(({ id }) => id);
  await client.query(`UPDATE app.${table} SET retired = true WHERE NOT retired AND id <> ALL ($1)`, [ids]);
}
